with effects as (
    select * from {{ ref('int_attribution__data_driven') }}
),

-- channels of a pool all carry its figures
take_pools as (
    select
        *,
        row_number() over (partition by account_id, model, pool order by channel) as place
    from effects
),

count_account as (
    select
        account_id,
        cast(sum(paths) as bigint) as all_paths,
        cast(sum(conversions) as bigint) as all_conversions
    from {{ ref('int_attribution__path_types') }}
    group by account_id
)

select
    take_pools.account_id,
    take_pools.model,
    take_pools.pool as channel,
    take_pools.paths,
    take_pools.conversions,
    count_account.all_paths,
    count_account.all_conversions,
    case when not take_pools.is_withheld then take_pools.value end as value,
    case when not take_pools.is_withheld then take_pools.low end as low,
    case when not take_pools.is_withheld then take_pools.high end as high,
    case when not take_pools.is_withheld then take_pools.share end as share,
    case when not take_pools.is_withheld then take_pools.share_low end as share_low,
    case when not take_pools.is_withheld then take_pools.share_high end as share_high,
    take_pools.is_withheld
from take_pools
left join count_account using (account_id)
where take_pools.place = 1
