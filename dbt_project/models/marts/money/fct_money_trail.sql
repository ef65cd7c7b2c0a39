with credits as (
    select * from {{ ref('fct_attribution_credits') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

deal_sources as (
    select * from {{ ref('int_touchpoints__deal_sources') }}
),

touches as (
    select * from {{ ref('fct_touchpoints') }}
),

spend as (
    select * from {{ ref('fct_spend') }}
),

records as (
    select * from {{ ref('int_provenance__records') }}
),

payment_records as (
    select * from records
    where record_kind = 'payment'
),

-- one row an id, whatever feeds or accounts share it: a join for evidence must not double money
deal_records as (
    select * from records
    where record_kind = 'deal'
    qualify row_number() over (partition by account_id, record_id order by source) = 1
),

touch_records as (
    select
        *,
        case record_kind when 'file_touch' then 'file:' else record_kind || ':' end || record_id
            as touch_id
    from records
    where record_kind in ('visit', 'inquiry', 'file_touch')
    qualify row_number() over (partition by record_kind, record_id order by source) = 1
),

evidence_records as (
    select * from records
    where record_kind in ('deal', 'contact', 'inquiry', 'visit', 'file_touch')
    qualify row_number() over (partition by record_kind, record_id order by source) = 1
),

-- what the campaign cost on the day of the touch, for all of its clicks: beside the credit, never
-- added up over rows
spend_of_days as (
    select
        campaign_key,
        currency,
        spend_on,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as spend,
        sum(clicks) as clicks
    from spend
    where campaign_key is not null
    group by campaign_key, currency, spend_on
),

join_facts as (
    select
        credits.account_id,
        credits.model,
        credits.payment_id,
        credits.deal_id,
        credits.touch_id,
        credits.campaign_key,
        credits.channel,
        credits.placement,
        credits.bucket,
        credits.weight,
        credits.amount,
        credits.amount_net,
        credits.currency,
        credits.booked_on,
        credits.cash_month,
        credits.cohort_month,
        payments.source as payment_source,
        payments.payment_class,
        payments.counterparty_name,
        payments.purpose,
        payments.document_number,
        payments.amount as payment_amount,
        allocations.method,
        allocations.score,
        allocations.matched_token,
        allocations.evidence,
        allocations.amount as allocated_amount,
        deals.source_deal_id,
        deals.deal_name,
        deals.deal_url,
        deals.status as deal_status,
        deals.price as deal_price,
        deals.created_on as deal_created_on,
        deals.created_at as deal_created_at,
        deals.source_rule,
        deals.channel as deal_channel,
        deal_sources.evidence_kind,
        deal_sources.evidence_id,
        touches.kind as touch_kind,
        touches.source as touch_source,
        touches.stitch_rule,
        touches.touched_at,
        touches.touched_on,
        -- where no touch carries the credit, the deal's own marks tell where it came from
        case when credits.touch_id is null then deals.utm_source else touches.utm_source end
            as utm_source,
        case when credits.touch_id is null then deals.utm_medium else touches.utm_medium end
            as utm_medium,
        case when credits.touch_id is null then deals.utm_campaign else touches.utm_campaign end
            as utm_campaign,
        case when credits.touch_id is null then deals.utm_content else touches.utm_content end
            as utm_content,
        case when credits.touch_id is null then deals.utm_term else touches.utm_term end
            as utm_term,
        coalesce(touches.touched_on, deals.created_on) as arrived_on
    from credits
    left join payments on credits.payment_id = payments.payment_id
    left join allocations
        on
            credits.account_id = allocations.account_id
            and credits.payment_id = allocations.payment_id
            and credits.deal_id = allocations.deal_id
    left join deals
        on credits.account_id = deals.account_id and credits.deal_id = deals.deal_id
    left join deal_sources
        on
            credits.account_id = deal_sources.account_id
            and credits.deal_id = deal_sources.deal_id
    left join touches
        on credits.account_id = touches.account_id and credits.touch_id = touches.touch_id
)

select
    -- ids
    join_facts.account_id,
    join_facts.model,
    join_facts.payment_id,
    join_facts.deal_id,
    join_facts.touch_id,
    join_facts.campaign_key,
    payment_records.load_id as payment_load_id,
    deal_records.load_id as deal_load_id,
    case
        when join_facts.evidence_kind = 'crm_source' then deal_records.load_id
        else evidence_records.load_id
    end as evidence_load_id,
    case
        when join_facts.touch_kind = 'crm_source' then deal_records.load_id
        else touch_records.load_id
    end as touch_load_id,
    -- strings
    join_facts.channel,
    join_facts.placement,
    join_facts.bucket,
    join_facts.payment_source,
    join_facts.payment_class,
    join_facts.counterparty_name,
    join_facts.purpose,
    join_facts.document_number,
    join_facts.method,
    join_facts.matched_token,
    join_facts.evidence,
    join_facts.deal_name,
    join_facts.deal_url,
    join_facts.deal_status,
    join_facts.deal_channel,
    join_facts.source_rule,
    join_facts.evidence_kind,
    join_facts.evidence_id,
    join_facts.touch_kind,
    join_facts.touch_source,
    join_facts.stitch_rule,
    join_facts.utm_source,
    join_facts.utm_medium,
    join_facts.utm_campaign,
    join_facts.utm_content,
    join_facts.utm_term,
    payment_records.raw_table as payment_raw_table,
    deal_records.raw_table as deal_raw_table,
    case
        when join_facts.evidence_kind = 'crm_source' then deal_records.raw_table
        else evidence_records.raw_table
    end as evidence_raw_table,
    case
        when join_facts.touch_kind = 'crm_source' then deal_records.raw_table
        else touch_records.raw_table
    end as touch_raw_table,
    -- numbers
    cast(join_facts.score as decimal(3, 2)) as score,
    join_facts.weight,
    cast(spend_of_days.clicks as bigint) as campaign_day_clicks,
    -- money
    join_facts.amount,
    join_facts.amount_net,
    join_facts.payment_amount,
    join_facts.allocated_amount,
    join_facts.deal_price,
    {{ money('spend_of_days.spend') }} as campaign_day_spend,
    join_facts.currency,
    -- days, in the company's zone
    join_facts.booked_on,
    join_facts.cash_month,
    join_facts.cohort_month,
    join_facts.deal_created_on,
    join_facts.touched_on,
    -- timestamps
    join_facts.deal_created_at,
    join_facts.touched_at,
    payment_records.loaded_at as payment_loaded_at,
    deal_records.loaded_at as deal_loaded_at,
    case
        when join_facts.evidence_kind = 'crm_source' then deal_records.loaded_at
        else evidence_records.loaded_at
    end as evidence_loaded_at,
    case
        when join_facts.touch_kind = 'crm_source' then deal_records.loaded_at
        else touch_records.loaded_at
    end as touch_loaded_at
from join_facts
left join payment_records
    on
        join_facts.payment_source = payment_records.source
        and join_facts.payment_id = payment_records.record_id
left join deal_records
    on
        join_facts.account_id = deal_records.account_id
        and join_facts.source_deal_id = deal_records.record_id
left join touch_records on join_facts.touch_id = touch_records.touch_id
left join evidence_records
    on
        join_facts.evidence_kind = evidence_records.record_kind
        and join_facts.evidence_id = evidence_records.record_id
left join spend_of_days
    on
        join_facts.campaign_key = spend_of_days.campaign_key
        and join_facts.currency = spend_of_days.currency
        and join_facts.arrived_on = spend_of_days.spend_on
