with changes as (
    select * from {{ ref('int_funnel__mass_changes') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

stages as (
    select
        *,
        pipeline_id || ':' || stage_id as node
    from {{ ref('int_funnel__stages') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

rates as (
    select * from {{ ref('int_money__currency_rates') }}
),

count_changes as (
    select
        account_id,
        mass_change_id,
        kind,
        actor_user_id,
        target_pipeline_id,
        target_stage_id,
        target_user_id,
        count(*) as changes,
        count(distinct deal_id) as deals,
        count(distinct case when kind = 'stage' then origin_node end) as origin_stages,
        min(changed_at) as started_at,
        max(changed_at) as ended_at
    from changes
    group by all
),

count_origins as (
    select
        account_id,
        mass_change_id,
        origin_node,
        count(*) as changes
    from changes
    where kind = 'stage'
    group by account_id, mass_change_id, origin_node
),

name_origins as (
    select
        count_origins.account_id,
        count_origins.mass_change_id,
        {{ joined_text(
            "stages.stage_name || ' × ' || count_origins.changes",
            ', ',
            'count_origins.changes desc, stages.stage_order asc, stages.node asc'
        ) }} as origin_stage_names
    from count_origins
    inner join stages
        on
            count_origins.account_id = stages.account_id
            and count_origins.origin_node = stages.node
    group by count_origins.account_id, count_origins.mass_change_id
),

changed_deals as (
    select distinct
        account_id,
        mass_change_id,
        deal_id
    from changes
),

price_deals as (
    select
        changed_deals.account_id,
        changed_deals.mass_change_id,
        {{ to_company_currency('deals.price', 'deals.currency') }} as price,
        {{ company_currency('deals.currency') }} as currency
    from changed_deals
    inner join deals using (account_id, deal_id)
    left join rates on deals.currency = rates.currency and deals.created_on = rates.rate_on
),

sum_prices as (
    select
        account_id,
        mass_change_id,
        count(*) as live_deals,
        sum(case when currency = '{{ var("company_currency") }}' then price end) as price,
        count(case when currency <> '{{ var("company_currency") }}' and price <> 0 then 1 end)
            as deals_without_rate
    from price_deals
    group by account_id, mass_change_id
)

select
    -- ids
    account_id,
    mass_change_id,
    count_changes.actor_user_id,
    count_changes.target_pipeline_id,
    count_changes.target_stage_id,
    count_changes.target_user_id,
    -- strings
    count_changes.kind,
    {{ manager_name('actors.user_name', 'count_changes.actor_user_id') }} as actor_name,
    case
        when count_changes.kind = 'stage' then targets.pipeline_name || ' / ' || targets.stage_name
        else {{ manager_name('target_users.user_name', 'count_changes.target_user_id') }}
    end as target_name,
    name_origins.origin_stage_names,
    -- numbers
    count_changes.changes,
    count_changes.deals,
    coalesce(sum_prices.live_deals, 0) as live_deals,
    case when count_changes.kind = 'stage' then count_changes.origin_stages end as origin_stages,
    -- money
    {{ money('coalesce(sum_prices.price, 0)') }} as price,
    '{{ var("company_currency") }}' as currency,
    coalesce(sum_prices.deals_without_rate, 0) as deals_without_rate,
    -- booleans
    count_changes.actor_user_id = 0 as is_robot,
    count_changes.origin_stages > 1 as is_mixed,
    -- days
    {{ local_date('count_changes.started_at') }} as started_on,
    -- timestamps
    count_changes.started_at,
    count_changes.ended_at
from count_changes
left join name_origins using (account_id, mass_change_id)
left join sum_prices using (account_id, mass_change_id)
left join stages as targets
    on
        count_changes.account_id = targets.account_id
        and count_changes.target_pipeline_id = targets.pipeline_id
        and count_changes.target_stage_id = targets.stage_id
left join users as actors
    on
        count_changes.account_id = actors.account_id
        and count_changes.actor_user_id = actors.user_id
left join users as target_users
    on
        count_changes.account_id = target_users.account_id
        and count_changes.target_user_id = target_users.user_id
