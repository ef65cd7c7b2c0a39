{% set crm_is_known = is_source_enabled('raw_amocrm') or is_file_feed_enabled('deals') %}
{% set knows_spend = [] %}
{% for feed in spend_feeds() if is_source_enabled('raw_' ~ feed) %}
    {% do knows_spend.append(feed) %}
{% endfor %}

with deals as (
    select
        *,
        {{ month_of('created_on') }} as created_month,
        case when status = 'won' and not is_deleted then {{ month_of('closed_on') }} end
            as won_month
    from {{ ref('fct_deals') }}
),

customer_money as (
    select * from {{ ref('int_money__customer_money') }}
),

payments as (
    select
        *,
        {{ month_of('booked_on') }} as month
    from {{ ref('fct_payments') }}
    where payment_class in ('customer_payment', 'customer_refund')
),

spend_entries as (
    select
        *,
        {{ month_of('spend_on') }} as month
    from {{ ref('fct_spend_entries') }}
),

spend as (
    select
        *,
        {{ month_of('spend_on') }} as month
    from {{ ref('fct_spend') }}
),

channels as (
    select * from {{ ref('channels') }}
),

account as (
    select account_id from {{ ref('int_company__account') }}
),

-- CRM and bank ------------------------------------------------------------------------------------
money_of_deals as (
    select
        account_id,
        deal_id,
        currency,
        cash_month,
        sum(amount_gross) as paid,
        count(distinct payment_id) as payments
    from customer_money
    where deal_id is not null
    group by account_id, deal_id, currency, cash_month
),

won_deals as (
    select
        account_id,
        deal_id,
        won_month,
        currency,
        coalesce(price, 0) as price
    from deals
    where won_month is not null
),

paid_in_all as (
    select
        account_id,
        deal_id,
        currency,
        sum(paid) as paid,
        sum(payments) as payments
    from money_of_deals
    group by account_id, deal_id, currency
),

sum_won_deals as (
    select
        won_deals.*,
        coalesce(paid_in_all.paid, 0) as paid,
        coalesce(paid_in_all.payments, 0) as payments,
        coalesce(money_of_deals.paid, 0) as paid_then
    from won_deals
    left join paid_in_all using (account_id, deal_id, currency)
    left join money_of_deals
        on
            won_deals.account_id = money_of_deals.account_id
            and won_deals.deal_id = money_of_deals.deal_id
            and won_deals.currency = money_of_deals.currency
            and won_deals.won_month = money_of_deals.cash_month
),

-- a price is what was paid in the month, what was paid in others and what is left of it
split_prices as (
    select
        account_id,
        won_month as month,
        currency,
        'won_and_paid' as item,
        paid_then as here_amount,
        1 as here_count,
        deal_id
    from sum_won_deals
    where paid_then <> 0

    union all

    select
        account_id,
        won_month as month,
        currency,
        'paid_in_other_months' as item,
        paid - paid_then as here_amount,
        case when paid_then = 0 then 1 else 0 end as here_count,
        deal_id
    from sum_won_deals
    where paid <> paid_then

    union all

    select
        account_id,
        won_month as month,
        currency,
        case
            when price < paid and price = 0 then 'won_without_price'
            when price < paid then 'paid_above_price'
            when payments = 0 then 'won_unpaid'
            when paid > 0 then 'won_paid_in_part'
            else 'won_refunded'
        end as item,
        price - paid as here_amount,
        case when paid = 0 and paid_then = 0 then 1 else 0 end as here_count,
        deal_id
    from sum_won_deals
    where price <> paid or paid = 0
),

name_money as (
    select
        customer_money.account_id,
        customer_money.cash_month as month,
        customer_money.currency,
        case
            when customer_money.deal_id is null then customer_money.bucket
            when deals.currency <> customer_money.currency then 'paid_in_other_currency'
            when deals.won_month = customer_money.cash_month then 'won_and_paid'
            when deals.is_deleted then 'paid_deleted_deals'
            when deals.status = 'won' then 'paid_for_other_months'
            when deals.status = 'lost' then 'paid_lost_deals'
            else 'paid_open_deals'
        end as item,
        customer_money.payment_id,
        customer_money.amount_gross
    from customer_money
    left join deals
        on
            customer_money.account_id = deals.account_id
            and customer_money.deal_id = deals.deal_id
),

crm_bank as (
    select
        month,
        'crm_bank' as side,
        item,
        currency,
        sum(here_amount) as here_amount,
        cast(null as decimal(18, 2)) as there_amount,
        sum(here_count) as here_count,
        cast(null as bigint) as there_count
    from split_prices
    group by month, item, currency

    union all

    select
        month,
        'crm_bank' as side,
        item,
        currency,
        cast(null as decimal(18, 2)) as here_amount,
        sum(amount_gross) as there_amount,
        cast(null as bigint) as here_count,
        count(*) as there_count
    from name_money
    group by month, item, currency
),

-- cabinets and CRM --------------------------------------------------------------------------------
deals_of_campaigns as (
    select
        campaign_key,
        created_month as month,
        count(*) as deals
    from deals
    where campaign_key is not null and not is_deleted
    group by campaign_key, created_month
),

spend_of_campaigns as (
    select
        campaign_key,
        month,
        count(*) as days
    from spend
    where campaign_key is not null
    group by campaign_key, month
),

campaigns_with_deals as (
    select distinct campaign_key
    from deals_of_campaigns
),

campaigns_with_spend as (
    select distinct campaign_key
    from spend_of_campaigns
),

name_spend as (
    select
        spend_entries.month,
        spend_entries.currency,
        case
            when spend_entries.part = 'surcharge' then 'surcharge'
            when spend_entries.bucket in ('unknown_cost', 'no_campaign') then spend_entries.bucket
            when deals_of_campaigns.deals is not null then 'spend_and_deals'
            when campaigns_with_deals.campaign_key is not null then 'deals_in_other_months'
            else 'spend_without_deals'
        end as item,
        spend_entries.amount,
        case when spend_entries.part = 'cost' then spend_entries.clicks end as clicks
    from spend_entries
    left join deals_of_campaigns using (campaign_key, month)
    left join campaigns_with_deals
        on spend_entries.campaign_key = campaigns_with_deals.campaign_key
),

name_deals as (
    select
        deals.created_month as month,
        '{{ var("company_currency") }}' as currency,
        case
            when spend_of_campaigns.days is not null then 'spend_and_deals'
            when campaigns_with_spend.campaign_key is not null then 'spend_in_other_months'
            when deals.campaign_key is not null then 'campaign_without_spend'
            when channels.is_paid then 'paid_channel_without_campaign'
            when deals.channel in ('unknown', 'unassigned') then 'deals_without_source'
            else 'deals_of_unpaid_channels'
        end as item,
        deals.deal_id
    from deals
    left join channels on deals.channel = channels.channel
    left join spend_of_campaigns
        on
            deals.campaign_key = spend_of_campaigns.campaign_key
            and deals.created_month = spend_of_campaigns.month
    left join campaigns_with_spend
        on deals.campaign_key = campaigns_with_spend.campaign_key
    where not deals.is_deleted
),

cabinet_crm as (
    select
        month,
        'cabinet_crm' as side,
        item,
        currency,
        sum(amount) as here_amount,
        cast(null as decimal(18, 2)) as there_amount,
        sum(clicks) as here_count,
        cast(null as bigint) as there_count
    from name_spend
    group by month, item, currency

    union all

    select
        month,
        'cabinet_crm' as side,
        item,
        currency,
        cast(null as decimal(18, 2)) as here_amount,
        cast(null as decimal(18, 2)) as there_amount,
        cast(null as bigint) as here_count,
        count(*) as there_count
    from name_deals
    group by month, item, currency
),

-- a bridge stands where both of its ends are known: half of one would read as a gap
unite_sides as (
    select * from crm_bank
    where {{ 'true' if crm_is_known and enabled_money_feeds() else 'false' }}

    union all

    select * from cabinet_crm
    where {{ 'true' if crm_is_known and knows_spend else 'false' }}
),

sum_items as (
    select
        month,
        side,
        item,
        currency,
        coalesce(sum(here_amount), 0) as here_amount,
        coalesce(sum(there_amount), 0) as there_amount,
        coalesce(sum(here_count), 0) as here_count,
        coalesce(sum(there_count), 0) as there_count
    from unite_sides
    group by month, side, item, currency
),

-- the ends themselves, from the facts and not from the items
count_ends as (
    select
        won_month as month,
        'crm_bank' as side,
        currency,
        sum(coalesce(price, 0)) as here_total,
        cast(0 as decimal(18, 2)) as there_total
    from deals
    where won_month is not null
    group by won_month, currency

    union all

    select
        month,
        'crm_bank' as side,
        currency,
        cast(0 as decimal(18, 2)) as here_total,
        sum(amount) as there_total
    from payments
    group by month, currency

    union all

    select
        month,
        'cabinet_crm' as side,
        currency,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as here_total,
        cast(0 as decimal(18, 2)) as there_total
    from spend
    group by month, currency
),

sum_ends as (
    select
        month,
        side,
        currency,
        sum(here_total) as here_total,
        sum(there_total) as there_total
    from count_ends
    group by month, side, currency
),

name_kinds as (
    select
        sum_items.*,
        case
            when sum_items.item in ('won_and_paid', 'spend_and_deals') then 'both'
            when sum_items.item in (
                'won_unpaid', 'won_paid_in_part', 'won_refunded', 'unknown_cost', 'no_campaign',
                'spend_without_deals'
            ) then 'only_here'
            when sum_items.item in (
                'paid_in_other_months', 'paid_for_other_months', 'deals_in_other_months',
                'spend_in_other_months'
            ) then 'timing'
            when sum_items.item in (
                'won_without_price', 'paid_above_price', 'paid_in_other_currency', 'surcharge',
                'deals_of_unpaid_channels'
            ) then 'definition'
            else 'only_there'
        end as kind
    from sum_items
)

select
    -- ids
    account.account_id,
    name_kinds.month,
    -- strings
    name_kinds.side,
    name_kinds.item,
    name_kinds.kind,
    -- numbers
    cast(name_kinds.here_count as bigint) as here_count,
    cast(name_kinds.there_count as bigint) as there_count,
    -- money
    {{ money('name_kinds.here_amount') }} as here_amount,
    case when name_kinds.side = 'crm_bank' then {{ money('name_kinds.there_amount') }} end
        as there_amount,
    {{ money('coalesce(sum_ends.here_total, 0)') }} as here_total,
    case when name_kinds.side = 'crm_bank' then {{ money('coalesce(sum_ends.there_total, 0)') }} end
        as there_total,
    name_kinds.currency
from name_kinds
cross join account
left join sum_ends using (month, side, currency)
