{% set shown = 100 %}

with paths as (
    select * from {{ ref('int_attribution__paths') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

customer_money as (
    select * from {{ ref('int_money__customer_money') }}
    where bucket = 'allocated'
),

-- a channel that comes again right after itself is one step
mark_steps as (
    select
        *,
        coalesce(
            channel <> lag(channel) over (partition by account_id, deal_id order by position), true
        ) as is_step
    from paths
),

write_paths as (
    select
        account_id,
        deal_id,
        {{ joined_text("case when is_step then channel end", ' > ', 'position') }} as path,
        count(case when is_step then 1 end) as steps,
        max(touches) as touches,
        min(touched_at) as first_touched_at
    from mark_steps
    group by account_id, deal_id
),

sum_money as (
    select
        account_id,
        deal_id,
        sum(amount) > 0 as is_converted,
        sum(case when currency = '{{ var("company_currency") }}' then amount else 0 end) as amount
    from customer_money
    group by account_id, deal_id
),

-- deleted deals are no leads, but money that came for one stays
describe_deals as (
    select
        deals.account_id,
        coalesce(write_paths.path, '__none__') as path,
        write_paths.steps,
        write_paths.touches,
        not deals.is_deleted as is_lead,
        coalesce(sum_money.is_converted, false) as is_converted,
        sum_money.amount,
        -- a touch may be written down a moment after its deal
        case
            when write_paths.first_touched_at >= deals.created_at then 0
            else
                {{ seconds_between('write_paths.first_touched_at', 'deals.created_at') }}
                / cast(86400 as double)
        end as days
    from deals
    left join write_paths
        on
            deals.account_id = write_paths.account_id
            and deals.deal_id = write_paths.deal_id
    left join sum_money
        on
            deals.account_id = sum_money.account_id
            and deals.deal_id = sum_money.deal_id
    where not deals.is_deleted or sum_money.deal_id is not null
),

count_paths as (
    select
        account_id,
        path,
        count(*) filter (where is_converted) as converted,
        count(*) as deals
    from describe_deals
    where path <> '__none__'
    group by account_id, path
),

rank_paths as (
    select
        account_id,
        path,
        row_number() over (
            partition by account_id order by converted desc, deals desc, path asc
        ) as path_rank
    from count_paths
),

-- the rare ones together, so that the report sums to all deals and their money
name_paths as (
    select
        describe_deals.*,
        case
            when describe_deals.path = '__none__' or rank_paths.path_rank <= {{ shown }}
                then describe_deals.path
            else '__other__'
        end as shown_path,
        case when rank_paths.path_rank <= {{ shown }} then rank_paths.path_rank end as shown_rank
    from describe_deals
    left join rank_paths
        on
            describe_deals.account_id = rank_paths.account_id
            and describe_deals.path = rank_paths.path
),

sum_paths as (
    select
        account_id,
        shown_path as path,
        max(shown_rank) as path_rank,
        case when shown_path <> '__other__' then max(steps) end as steps,
        count(*) filter (where is_lead) as deals,
        count(*) filter (where is_converted) as converted,
        sum(case when is_lead then touches end) as touches,
        coalesce(sum(amount), 0) as net_revenue,
        median(case when is_lead then days end) as median_days
    from name_paths
    group by account_id, shown_path
)

select
    -- ids
    account_id,
    -- strings
    path,
    -- numbers
    path_rank,
    steps,
    deals,
    {{ zero_if_money_is_known('case when converted > 0 then converted end') }} as converted,
    cast(touches as double) / nullif(deals, 0) as touches_per_deal,
    median_days,
    -- money
    {{ money(zero_if_money_is_known('nullif(net_revenue, 0)')) }} as net_revenue,
    '{{ var("company_currency") }}' as currency
from sum_paths
