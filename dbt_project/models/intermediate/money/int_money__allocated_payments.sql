with payments as (
    select * from {{ ref('int_money__classified_payments') }}
    where payment_class in ('customer_payment', 'customer_refund')
),

tokens as (
    select * from {{ ref('int_money__invoice_tokens') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

-- the deal that the feed was given with the payment: an id that two accounts have tells none
match_by_deal_id as (
    select
        payments.payment_id,
        min(deals.account_id) as account_id,
        min(deals.deal_id) as deal_id,
        min(payments.external_deal_id) as matched_token
    from payments
    inner join deals on trim(payments.external_deal_id) = deals.source_deal_id
    group by payments.payment_id
    having count(*) = 1
),

-- a deleted card counts only where no live one carries the number
list_holders as (
    select
        tokens.token,
        deals.account_id,
        deals.deal_id
    from tokens
    inner join deals
        on
            tokens.account_id = deals.account_id
            and tokens.owner_id = cast(deals.deal_id as string)
    where tokens.owner_type = 'deal'
    qualify rank() over (partition by tokens.token order by deals.is_deleted) = 1
),

-- the invoice's own number goes before that of the papers written on it
match_tokens as (
    select
        tokens.owner_id as payment_id,
        tokens.token,
        list_holders.account_id,
        list_holders.deal_id
    from tokens
    inner join list_holders on tokens.token = list_holders.token
    where tokens.owner_type = 'payment'
    qualify rank() over (partition by tokens.owner_id order by tokens.kind_rank) = 1
),

-- a number that two deals carry proves nothing, and a payment that names two deals cannot be split
-- by its purpose alone: both are left to people
match_by_invoice as (
    select
        payment_id,
        min(account_id) as account_id,
        min(deal_id) as deal_id,
        min(token) as matched_token
    from match_tokens
    group by payment_id
    having count(distinct account_id || ':' || deal_id) = 1
),

choose_match as (
    select
        payment_id,
        account_id,
        deal_id,
        matched_token,
        'deal_id' as method
    from match_by_deal_id

    union all

    select
        match_by_invoice.payment_id,
        match_by_invoice.account_id,
        match_by_invoice.deal_id,
        match_by_invoice.matched_token,
        'invoice_number' as method
    from match_by_invoice
    left join match_by_deal_id on match_by_invoice.payment_id = match_by_deal_id.payment_id
    where match_by_deal_id.payment_id is null
),

allocate as (
    select
        payments.payment_id,
        choose_match.account_id,
        choose_match.deal_id,
        choose_match.method,
        choose_match.matched_token,
        payments.payment_class,
        payments.amount,
        payments.vat_rate,
        payments.currency,
        -- the id is proof; number and sum agree, or the number alone
        case
            when choose_match.method = 'deal_id' then 1.00
            when payments.amount = deals.price then 0.95
            else 0.85
        end as score,
        payments.booked_on
    from choose_match
    inner join payments on choose_match.payment_id = payments.payment_id
    inner join deals
        on
            choose_match.account_id = deals.account_id
            and choose_match.deal_id = deals.deal_id
)

select * from allocate
