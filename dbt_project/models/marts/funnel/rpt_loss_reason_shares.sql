with losses as (
    select * from {{ ref('rpt_loss_reasons') }}
),

two_scopes as (
    select
        *,
        'stage' as scope,
        stage_id as scope_stage_id,
        stage_name as scope_stage_name,
        stage_order as scope_stage_order
    from losses

    union all

    select
        *,
        'pipeline' as scope,
        0 as scope_stage_id,
        '__all__' as scope_stage_name,
        0 as scope_stage_order
    from losses
),

sum_losses as (
    select
        account_id,
        pipeline_id,
        cast(scope_stage_id as bigint) as stage_id,
        pipeline_name,
        scope_stage_name as stage_name,
        scope,
        cast(scope_stage_order as integer) as stage_order,
        currency,
        sum(deals) as deals,
        sum(case when is_other then deals else 0 end) as other_deals,
        sum(case when reason_kind = '__none__' then deals else 0 end) as without_reason_deals,
        sum(too_early_deals) as too_early_deals,
        sum(price_sum) as price_sum,
        sum(case when is_other then price_sum else 0 end) as other_price_sum,
        sum(case when reason_kind = '__none__' then price_sum else 0 end)
            as without_reason_price_sum
    from two_scopes
    group by all
)

select
    -- ids
    account_id,
    pipeline_id,
    stage_id,
    -- strings
    pipeline_name,
    stage_name,
    scope,
    -- numbers
    stage_order,
    cast(deals as bigint) as deals,
    cast(other_deals as bigint) as other_deals,
    cast(without_reason_deals as bigint) as without_reason_deals,
    cast(too_early_deals as bigint) as too_early_deals,
    cast(other_deals as double) / deals as other_share,
    cast(without_reason_deals as double) / deals as without_reason_share,
    cast(other_price_sum as double) / nullif(price_sum, 0) as other_money_share,
    cast(without_reason_price_sum as double) / nullif(price_sum, 0) as without_reason_money_share,
    -- money
    {{ money('price_sum') }} as price_sum,
    {{ money('other_price_sum') }} as other_price_sum,
    {{ money('without_reason_price_sum') }} as without_reason_price_sum,
    currency
from sum_losses
