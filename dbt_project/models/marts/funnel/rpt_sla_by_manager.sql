with stays as (
    select * from {{ ref('fct_stage_sla') }}
    where is_unbroken and not is_deleted
),

users as (
    select * from {{ ref('int_crm__users') }}
),

-- an open stay within its limit may yet go either way
judge_stays as (
    select
        *,
        left_at is not null or is_breach as is_judged,
        {{ month_of(local_date('entered_at')) }} as entered_month
    from stays
),

sum_stays as (
    select
        account_id,
        pipeline_id,
        stage_id,
        answerable_user_id,
        pipeline_name,
        stage_name,
        clock,
        currency,
        limit_seconds,
        entered_month,
        count(*) as stays,
        count(*) filter (where is_judged) as judged,
        count(*) filter (where is_breach) as breaches,
        count(*) filter (where is_judged and not is_mass_change) as judged_without_mass,
        count(*) filter (where is_breach and not is_mass_change) as breaches_without_mass,
        count(*) filter (where is_open) as open_stays,
        count(*) filter (where is_open and is_breach) as open_breaches,
        count(*) filter (where is_warning) as warnings,
        count(*) filter (where is_open and waiting_on = 'client') as open_waiting_on_client,
        count(*) filter (where is_open and waiting_on = 'manager') as open_waiting_on_manager,
        cast(sum(running_seconds) as bigint) as running_seconds,
        cast(sum(total_seconds) as bigint) as total_seconds,
        sum(case when is_open and is_breach then price end) as open_breaches_price,
        sum(case when is_warning then price end) as warnings_price
    from judge_stays
    group by all
)

select
    -- ids
    sum_stays.account_id,
    sum_stays.pipeline_id,
    sum_stays.stage_id,
    sum_stays.answerable_user_id,
    -- strings
    sum_stays.pipeline_name,
    sum_stays.stage_name,
    {{ user_label('users.user_name', 'sum_stays.answerable_user_id') }} as answerable_name,
    sum_stays.clock,
    -- numbers
    sum_stays.limit_seconds,
    sum_stays.stays,
    sum_stays.judged,
    sum_stays.breaches,
    cast(sum_stays.breaches as double) / nullif(sum_stays.judged, 0) as breach_share,
    sum_stays.judged_without_mass,
    sum_stays.breaches_without_mass,
    cast(sum_stays.breaches_without_mass as double) / nullif(sum_stays.judged_without_mass, 0)
        as breach_share_without_mass,
    sum_stays.open_stays,
    sum_stays.open_breaches,
    sum_stays.warnings,
    sum_stays.open_waiting_on_client,
    sum_stays.open_waiting_on_manager,
    sum_stays.running_seconds,
    sum_stays.total_seconds,
    -- money
    {{ money('coalesce(sum_stays.open_breaches_price, 0)') }} as open_breaches_price,
    {{ money('coalesce(sum_stays.warnings_price, 0)') }} as warnings_price,
    sum_stays.currency,
    -- days
    sum_stays.entered_month
from sum_stays
left join users
    on
        sum_stays.account_id = users.account_id
        and sum_stays.answerable_user_id = users.user_id
