{% set columns = candidate_columns() %}

with unite_steps as (
    select {{ columns }} from {{ ref('int_money__candidates_manual') }}
    union all
    select {{ columns }} from {{ ref('int_money__candidates_by_number') }}
    union all
    select {{ columns }} from {{ ref('int_money__candidates_by_inn') }}
    union all
    select {{ columns }} from {{ ref('int_money__candidates_of_refunds') }}
    union all
    select {{ columns }} from {{ ref('int_money__candidates_for_review') }}
)

select
    payment_id,
    account_id,
    deal_id,
    method,
    score,
    matched_token,
    evidence,
    distance_days,
    row_number() over (
        partition by payment_id
        order by
            is_chosen desc, score desc, distance_days asc, account_id asc, deal_id asc, method asc
    ) as candidate_rank,
    amount,
    is_chosen,
    is_review_only
from unite_steps
