with inquiries as (
    select * from {{ ref('fct_inquiries') }}
    where
        direction = 'in'
        and occurred_at > {{ as_of() }} - interval '{{ var("quality_recent_days") }}' day
        and occurred_at <= {{ as_of() }}
),

person_deals as (
    select * from {{ ref('int_identity__person_deals') }}
),

all_deals as (
    select * from {{ ref('fct_deals') }}
),

deals as (
    select * from {{ ref('fct_deal_discipline') }}
),

working_days as (
    select * from {{ ref('int_company__working_days') }}
),

-- a deal that somebody made of it hours or days later is its deal too, only late
find_late_deals as (
    select
        inquiries.account_id,
        inquiries.inquiry_id,
        min_by(person_deals.deal_id, (person_deals.created_at, person_deals.deal_id)) as deal_id
    from inquiries
    inner join person_deals
        on
            inquiries.account_id = person_deals.account_id
            and inquiries.person_id = person_deals.person_id
    where inquiries.deal_id is null and person_deals.created_at > inquiries.occurred_at
    group by inquiries.account_id, inquiries.inquiry_id
),

find_deals as (
    select
        inquiries.account_id,
        inquiries.inquiry_id,
        inquiries.kind,
        case inquiries.kind
            when 'call' then {{ in_language('Звонок', 'Call') }}
            when 'form' then {{ in_language('Форма', 'Form') }}
            when 'chat' then {{ in_language('Чат', 'Chat') }}
            when 'mail' then {{ in_language('Письмо', 'Letter') }}
            else inquiries.kind
        end as kind_title,
        inquiries.source,
        inquiries.channel,
        inquiries.inquiry_class,
        coalesce(inquiries.phone, inquiries.email, inquiries.subject) as who,
        inquiries.is_lead,
        inquiries.is_missed,
        inquiries.occurred_on,
        inquiries.occurred_at,
        coalesce(inquiries.deal_id, find_late_deals.deal_id) as its_deal_id
    from inquiries
    left join find_late_deals using (account_id, inquiry_id)
),

measure_delays as (
    select
        find_deals.*,
        -- where nothing leads from any inquiry to any deal, none can be missed
        max(find_deals.its_deal_id) over (partition by find_deals.account_id) is not null
            as is_joined,
        all_deals.created_at as deal_created_at,
        {{ working_seconds(
            'find_deals.occurred_at', 'all_deals.created_at', 'inquiry_days', 'deal_days'
        ) }} as delay_seconds
    from find_deals
    left join all_deals
        on
            find_deals.account_id = all_deals.account_id
            and find_deals.its_deal_id = all_deals.deal_id
    left join working_days as inquiry_days on find_deals.occurred_on = inquiry_days.day_on
    left join working_days as deal_days
        on {{ local_date('all_deals.created_at') }} = deal_days.day_on
)

select
    -- ids
    measured.account_id,
    measured.inquiry_id,
    {{ frame_columns({
        'deal_id': 'measured.its_deal_id',
        'entity_name': "measured.kind_title || coalesce(' ' || measured.who, '')",
        'entity_url': 'deals.deal_url',
        'channel': 'measured.channel',
        'currency': "coalesce(deals.currency, '" ~ var('company_currency') ~ "')",
        'money_at_stake': 'coalesce(deals.money_at_stake, 0)',
    }, deal='deals') }},
    measured.kind,
    measured.source,
    measured.inquiry_class,
    -- numbers
    case
        when measured.delay_seconds >= 0 then {{ integer_divide('measured.delay_seconds', 60) }}
        when measured.deal_created_at is not null then 0
    end as delay_minutes,
    -- booleans
    measured.is_missed,
    measured.is_joined,
    measured.is_lead and measured.its_deal_id is not null as is_lead_with_deal,
    measured.its_deal_id is null
    and measured.occurred_at
    <= {{ as_of() }} - interval '{{ var("quality_inquiry_grace_hours") }}' hour as is_without_deal,
    coalesce(
        measured.is_lead
        and measured.delay_seconds > {{ var('quality_inquiry_sla_minutes') }} * 60,
        false
    ) as is_deal_late,
    -- days, in the company's zone
    measured.occurred_on,
    -- timestamps
    measured.occurred_at,
    measured.deal_created_at
from measure_delays as measured
left join deals
    on
        measured.account_id = deals.account_id
        and measured.its_deal_id = deals.deal_id
