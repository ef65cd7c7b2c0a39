with inquiries as (
    select * from {{ ref('int_touchpoints__inquiries') }}
),

classes as (
    select * from {{ ref('int_touchpoints__inquiries_classified') }}
),

channels as (
    select * from {{ ref('int_touchpoints__channels') }}
),

deal_sources as (
    select * from {{ ref('int_touchpoints__deal_sources') }}
),

pipelines as (
    select distinct
        account_id,
        pipeline_id,
        pipeline_name
    from {{ ref('int_funnel__stages') }}
),

first_visits as (
    select * from {{ ref('int_funnel__chained_visits') }}
    where visit_number = 1
),

find_deals as (
    select
        inquiries.*,
        classes.prior_deal_id,
        classes.inquiry_class,
        classes.window_seconds,
        classes.seconds_since_closing,
        coalesce(
            inquiries.deal_id,
            classes.own_deal_id,
            case
                when classes.inquiry_class in ('repeat_open', 'repeat_within_window')
                    then classes.prior_deal_id
            end
        ) as its_deal_id
    from inquiries
    inner join classes using (account_id, inquiry_id)
)

select
    -- ids
    find_deals.account_id,
    find_deals.inquiry_id,
    find_deals.person_id,
    find_deals.its_deal_id as deal_id,
    find_deals.prior_deal_id,
    coalesce(first_visits.pipeline_id, find_deals.pipeline_id, 0) as pipeline_id,
    -- strings
    find_deals.kind,
    find_deals.direction,
    coalesce(
        case
            when find_deals.utm_source is not null then coalesce(channels.channel, 'unassigned')
        end,
        nullif(deal_sources.channel, 'unknown'),
        case find_deals.kind when 'call' then 'calls' when 'chat' then 'messengers' end,
        'unknown'
    ) as channel,
    find_deals.inquiry_class,
    find_deals.source,
    find_deals.second_record_id,
    find_deals.last_record_id,
    find_deals.phone,
    find_deals.email,
    find_deals.subject,
    find_deals.utm_source,
    find_deals.utm_medium,
    find_deals.utm_campaign,
    find_deals.utm_content,
    find_deals.utm_term,
    coalesce(pipelines.pipeline_name, '__none__') as pipeline_name,
    -- numbers
    cast(find_deals.records as integer) as records,
    cast({{ integer_divide('find_deals.window_seconds', 86400) }} as integer) as window_days,
    find_deals.seconds_since_closing,
    cast(find_deals.seconds_since_closing as double) / 86400 as days_since_closing,
    -- booleans
    find_deals.direction = 'in'
    and find_deals.inquiry_class in ('new', 'new_after_window') as is_lead,
    find_deals.is_missed,
    -- days, in the company's zone
    {{ local_date('find_deals.occurred_at') }} as occurred_on,
    -- timestamps
    find_deals.occurred_at
from find_deals
left join channels
    on
        channels.source_rule = 'deal_utm'
        and find_deals.utm_source = channels.utm_source
        and coalesce(find_deals.utm_medium, '') = channels.utm_medium
        and channels.source_name = ''
left join deal_sources
    on
        find_deals.account_id = deal_sources.account_id
        and find_deals.its_deal_id = deal_sources.deal_id
left join first_visits
    on
        find_deals.account_id = first_visits.account_id
        and find_deals.its_deal_id = first_visits.deal_id
left join pipelines
    on
        find_deals.account_id = pipelines.account_id
        and coalesce(first_visits.pipeline_id, find_deals.pipeline_id, 0) = pipelines.pipeline_id
