with matches as (
    select
        row_number() over (order by payment_id, deal_id, amount) as match_id,
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

-- a person may write the id that reports show or the one that the company's own files have
find_deals as (
    select
        matches.match_id,
        deals.account_id,
        deals.deal_id
    from matches
    inner join deals on matches.deal_id = cast(deals.deal_id as string)

    union distinct

    select
        matches.match_id,
        deals.account_id,
        deals.deal_id
    from matches
    inner join deals on matches.deal_id = deals.source_deal_id
),

choose_deals as (
    select
        match_id,
        min(account_id) as account_id,
        min(deal_id) as deal_id
    from find_deals
    group by match_id
    having count(*) = 1
),

-- a row whose deal is not there says nothing: the payment goes the ordinary way (and a test warns)
read_matches as (
    select
        matches.match_id,
        matches.payment_id,
        choose_deals.account_id,
        choose_deals.deal_id,
        matches.part,
        payments.amount,
        abs(payments.amount) as whole
    from matches
    inner join payments on matches.payment_id = payments.payment_id
    left join choose_deals on matches.match_id = choose_deals.match_id
    where matches.deal_id is null or choose_deals.deal_id is not null
),

-- parts that are told go first, what is left goes to the row without one; never more than there is
number_parts as (
    select
        *,
        coalesce(sum(part) over earlier_parts, 0) as told_before,
        coalesce(
            sum(case when part is null then 1 else 0 end) over earlier_parts, 0
        ) as wholes_before
    from read_matches
    window earlier_parts as (
        partition by payment_id
        order by part asc nulls last, deal_id asc nulls last, match_id asc
        rows between unbounded preceding and 1 preceding
    )
),

cut_parts as (
    select
        *,
        case
            when wholes_before > 0 then 0
            else greatest(least(coalesce(part, whole), whole - told_before), 0)
        end as cut_part
    from number_parts
),

sum_by_deal as (
    select
        payment_id,
        account_id,
        deal_id,
        min(amount) as amount,
        sum(cut_part) as part
    from cut_parts
    where cut_part > 0
    group by payment_id, account_id, deal_id
)

select
    payment_id,
    account_id,
    deal_id,
    'manual' as method,
    cast(1.00 as decimal(3, 2)) as score,
    cast(deal_id as string) as matched_token,
    {{ in_language('решение человека', 'decided by a person') }} as evidence,
    cast(0 as bigint) as distance_days,
    cast(sign(amount) * part as decimal(18, 2)) as amount,
    true as is_chosen,
    false as is_review_only
from sum_by_deal
