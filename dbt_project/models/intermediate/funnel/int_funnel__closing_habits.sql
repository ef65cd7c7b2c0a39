{# days before the data cut in which deals were won #}
{% set dates_of, stages_of = 365, 180 %}

with deals as (
    select * from {{ ref('fct_deals') }}
    where status = 'won' and not is_deleted
),

discipline as (
    select * from {{ ref('fct_deal_discipline') }}
),

paths as (
    select * from {{ ref('fct_deal_paths') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

-- prices of another currency than the account's cannot be added to its own
won_deals as (
    select
        deals.account_id,
        discipline.responsible_then_user_id as user_id,
        case when discipline.currency = account.currency then discipline.money_at_stake else 0 end
            as amount,
        paths.first_stage_seconds,
        paths.working_seconds,
        deals.crm_paid_on is not null
        and deals.closed_at > {{ as_of() }} - interval '{{ dates_of }}' day as is_dated,
        coalesce(deals.crm_paid_on = deals.closed_on, false) as is_defaulted,
        paths.working_seconds is not null
        and deals.closed_at > {{ as_of() }} - interval '{{ stages_of }}' day as is_measured
    from deals
    inner join discipline using (account_id, deal_id)
    cross join account
    left join paths
        on
            deals.account_id = paths.account_id
            and deals.deal_id = paths.deal_id
    where discipline.responsible_then_user_id <> 0
),

sum_users as (
    select
        account_id,
        user_id,
        count(*) filter (where is_dated) as dated_deals,
        count(*) filter (where is_dated and is_defaulted) as defaulted_deals,
        sum(case when is_dated and is_defaulted then amount else 0 end) as defaulted_amount,
        count(*) filter (where is_measured) as measured_deals,
        sum(first_stage_seconds) filter (where is_measured) as first_stage_seconds,
        sum(working_seconds) filter (where is_measured) as working_seconds,
        sum(case when is_measured then amount else 0 end) as first_stage_amount
    from won_deals
    group by account_id, user_id
)

select
    -- ids
    account_id,
    user_id,
    -- money
    {{ money('defaulted_amount') }} as defaulted_amount,
    {{ money('first_stage_amount') }} as first_stage_amount,
    -- numbers
    dated_deals,
    defaulted_deals,
    cast(defaulted_deals as double) / nullif(dated_deals, 0) as defaulted_share,
    measured_deals,
    cast(first_stage_seconds as double) / nullif(working_seconds, 0) as first_stage_share
from sum_users
