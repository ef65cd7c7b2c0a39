with customer_money as (
    select * from {{ ref('int_money__customer_money') }}
),

deals as (
    select * from {{ ref('int_money__payback_deals') }}
),

cogs_of_payments as (
    select * from {{ ref('int_money__cogs_of_payments') }}
)

select
    -- ids
    customer_money.account_id,
    customer_money.payment_id,
    customer_money.deal_id,
    -- strings
    customer_money.channel,
    deals.placement,
    deals.campaign_key,
    deals.closer_user_id,
    deals.originator_user_id,
    customer_money.payment_class,
    deals.customer_key,
    -- money
    customer_money.amount,
    case when cogs_of_payments.cogs is not null then customer_money.amount end
        as amount_with_cogs,
    cogs_of_payments.cogs,
    customer_money.currency,
    -- booleans
    coalesce(deals.is_repeat, false) as is_repeat,
    -- days
    customer_money.booked_on,
    deals.acquired_on,
    customer_money.cash_month,
    customer_money.cohort_month,
    -- money without a deal has the day of the bank only
    coalesce(deals.created_on, customer_money.booked_on) as cohort_on
from customer_money
left join deals
    on
        customer_money.account_id = deals.account_id
        and customer_money.deal_id = deals.deal_id
left join cogs_of_payments
    on
        customer_money.account_id = cogs_of_payments.account_id
        and customer_money.payment_id = cogs_of_payments.payment_id
        and customer_money.deal_id = cogs_of_payments.deal_id
