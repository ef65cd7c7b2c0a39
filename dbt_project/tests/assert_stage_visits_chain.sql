-- A deal is always in exactly one stage: stays are numbered from 1 and follow one another without
-- holes or overlaps, the first one begins no later than the deal, only the last one has no end.
with visits as (
    select
        account_id,
        deal_id,
        visit_number,
        entered_at,
        left_at,
        row_number() over deal as expected_number,
        lead(entered_at) over deal as next_entered_at
    from {{ ref('fct_deal_stage_visits') }}
    window deal as (partition by account_id, deal_id order by visit_number)
),

compare as (
    select
        account_id,
        deal_id,
        deals.created_at,
        visits.visit_number,
        visits.expected_number,
        visits.entered_at,
        visits.left_at,
        visits.next_entered_at
    from {{ ref('fct_deals') }} as deals
    left join visits using (account_id, deal_id)
)

select * from compare
where
    visit_number is null
    or visit_number <> expected_number
    or left_at is distinct from next_entered_at
    or left_at < entered_at
    or (visit_number = 1 and entered_at > created_at)
