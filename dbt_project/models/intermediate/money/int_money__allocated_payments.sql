with payments as (
    select * from {{ ref('int_money__classified_payments') }}
),

tokens as (
    select * from {{ ref('int_money__invoice_tokens') }}
),

leads as (
    select * from {{ ref('stg_amocrm__leads') }}
),

-- a deleted card counts only where no live one carries the number
list_holders as (
    select
        tokens.token,
        leads.account_id,
        leads.lead_id,
        leads.price
    from tokens
    inner join leads
        on
            tokens.account_id = leads.account_id
            and tokens.owner_id = cast(leads.lead_id as string)
    where tokens.owner_type = 'deal'
    qualify rank() over (partition by tokens.token order by leads.is_deleted) = 1
),

-- the invoice's own number goes before that of the papers written on it
match_payments as (
    select
        tokens.owner_id as payment_id,
        tokens.token,
        list_holders.account_id,
        list_holders.lead_id,
        list_holders.price
    from tokens
    inner join list_holders on tokens.token = list_holders.token
    where tokens.owner_type = 'payment'
    qualify rank() over (partition by tokens.owner_id order by tokens.kind_rank) = 1
),

-- a number that two deals carry proves nothing, and a payment that names two deals cannot be split
-- by its purpose alone: both are left to people
keep_single_deal as (
    select
        payment_id,
        min(account_id) as account_id,
        min(lead_id) as lead_id,
        min(price) as price,
        min(token) as matched_token
    from match_payments
    group by payment_id
    having count(distinct account_id || ':' || lead_id) = 1
),

allocate as (
    select
        payments.payment_id,
        keep_single_deal.account_id,
        keep_single_deal.lead_id as deal_id,
        keep_single_deal.matched_token,
        payments.payment_class,
        payments.amount,
        payments.vat_rate,
        payments.currency,
        -- number and sum agree, or the number alone
        case when payments.amount = keep_single_deal.price then 0.95 else 0.85 end as score,
        payments.booked_on
    from keep_single_deal
    inner join payments on keep_single_deal.payment_id = payments.payment_id
)

select * from allocate
