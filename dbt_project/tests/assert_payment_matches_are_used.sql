{{ config(severity='warn') }}

-- What a person wrote in seed payment_matches takes effect as written: the payment is a customer's,
-- the deal is there, and no more is shared out than the payment brought.
with matches as (
    select
        trim(payment_id) as payment_id,
        nullif(trim(deal_id), '') as deal_id,
        abs(amount) as part
    from {{ ref('payment_matches') }}
),

payments as (
    select * from {{ ref('int_money__candidate_payments') }}
),

deals as (
    select * from {{ ref('int_money__candidate_deals') }}
),

list_deal_ids as (
    select
        cast(deal_id as string) as written_id,
        account_id,
        deal_id
    from deals

    union distinct

    select
        source_deal_id as written_id,
        account_id,
        deal_id
    from deals
),

count_deals as (
    select
        written_id,
        count(*) as deals
    from list_deal_ids
    group by written_id
),

sum_matches as (
    select
        payment_id,
        sum(part) as parts,
        count(*) filter (where part is null) as wholes
    from matches
    group by payment_id
),

judge_matches as (
    select
        matches.payment_id,
        matches.deal_id,
        matches.part,
        case
            when payments.payment_id is null then 'no such payment of a customer'
            when matches.deal_id is not null and count_deals.deals is null then 'no such deal'
            when count_deals.deals > 1 then 'several deals have this id'
            when sum_matches.parts > abs(payments.amount) then 'parts are more than the payment'
            when sum_matches.wholes > 1 then 'several rows ask for the rest'
            when sum_matches.wholes = 1 and sum_matches.parts = abs(payments.amount)
                then 'nothing is left for the row without an amount'
        end as fault
    from matches
    left join payments on matches.payment_id = payments.payment_id
    left join count_deals on matches.deal_id = count_deals.written_id
    left join sum_matches on matches.payment_id = sum_matches.payment_id
)

select * from judge_matches
where fault is not null
