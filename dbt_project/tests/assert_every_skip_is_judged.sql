-- Every move over stages has one class, and both roles of the report count each move once.
with visits as (
    select
        account_id,
        deal_id,
        visit_number
    from {{ ref('int_funnel__described_visits') }}
    where skipped_stages >= 1
),

skips as (
    select * from {{ ref('fct_deal_skips') }}
),

roles as (
    select
        account_id,
        sum(case when role = 'actor' then moves else -moves end) as moves,
        sum(case when role = 'actor' then skips else -skips end) as skips,
        sum(case when role = 'actor' then sloppy_skips else -sloppy_skips end) as sloppy_skips
    from {{ ref('rpt_skips_by_manager') }}
    group by account_id
)

select
    account_id,
    deal_id,
    'skip without a class, or class without a skip' as problem
from visits
full outer join skips using (account_id, deal_id, visit_number)
where visits.visit_number is null or skips.visit_number is null

union all

select
    account_id,
    null as deal_id,
    'roles do not add up' as problem
from roles
where moves <> 0 or skips <> 0 or sloppy_skips <> 0
