with candidates as (
    select * from {{ ref('int_money__payment_candidates') }}
    where deal_id is not null
)

select
    -- ids
    account_id,
    payment_id,
    deal_id,
    -- strings
    method,
    matched_token,
    evidence,
    -- numbers
    score,
    candidate_rank,
    distance_days,
    -- booleans
    is_chosen,
    is_review_only
from candidates
