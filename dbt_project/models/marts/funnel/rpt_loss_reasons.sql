with losses as (
    select * from {{ ref('int_funnel__losses') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

count_losses as (
    select
        account_id,
        pipeline_id,
        stage_id,
        responsible_user_id,
        loss_reason,
        reason_kind,
        channel,
        currency,
        lost_month,
        count(*) as deals,
        count(*) filter (where price is null) as deals_without_price,
        count(*) filter (where is_too_early) as too_early_deals,
        coalesce(sum(price), 0) as price_sum
    from losses
    group by all
),

name_pipelines as (
    select distinct
        account_id,
        pipeline_id,
        pipeline_name
    from stages
)

select
    -- ids
    count_losses.account_id,
    count_losses.pipeline_id,
    count_losses.stage_id,
    count_losses.responsible_user_id,
    -- strings
    name_pipelines.pipeline_name,
    coalesce(stages.stage_name, '__none__') as stage_name,
    count_losses.loss_reason,
    count_losses.reason_kind,
    count_losses.channel,
    case
        when count_losses.responsible_user_id = 0 then '__none__'
        else coalesce(
            users.user_name,
            {{ in_language('Сотрудник ', 'User ') }} || count_losses.responsible_user_id
            || {{ in_language(' (удалён)', ' (deleted)') }}
        )
    end as responsible_name,
    -- numbers
    stages.stage_order,
    count_losses.deals,
    count_losses.deals_without_price,
    count_losses.too_early_deals,
    -- money
    {{ money('count_losses.price_sum') }} as price_sum,
    count_losses.currency,
    -- booleans
    count_losses.reason_kind = 'other' as is_other,
    -- days
    count_losses.lost_month
from count_losses
inner join name_pipelines using (account_id, pipeline_id)
left join stages
    on
        count_losses.account_id = stages.account_id
        and count_losses.pipeline_id = stages.pipeline_id
        and count_losses.stage_id = stages.stage_id
left join users
    on
        count_losses.account_id = users.account_id
        and count_losses.responsible_user_id = users.user_id
