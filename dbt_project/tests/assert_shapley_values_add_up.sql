-- the values of all channels are the conversion rate of all paths; a pool counts once
with pools as (
    select
        account_id,
        pool,
        max(value) as value
    from {{ ref('int_attribution__data_driven') }}
    where model = 'shapley'
    group by account_id, pool
),

sum_pools as (
    select
        account_id,
        sum(value) as value
    from pools
    group by account_id
),

count_paths as (
    select
        account_id,
        sum(paths) as paths,
        sum(conversions) as conversions
    from {{ ref('int_attribution__path_types') }}
    group by account_id
)

select
    account_id,
    sum_pools.value,
    count_paths.conversions,
    count_paths.paths
from count_paths
left join sum_pools using (account_id)
where
    count_paths.conversions > 0
    and coalesce(abs(sum_pools.value * count_paths.paths / count_paths.conversions - 1), 1) > 1e-9
