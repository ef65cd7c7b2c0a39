with paths as (
    select * from {{ ref('int_attribution__paths') }}
),

write_paths as (
    select
        account_id,
        deal_id,
        {{ joined_text('channel', ' > ', 'position') }} as path,
        count(*) as touches,
        bool_or(is_converted) as is_converted
    from paths
    group by account_id, deal_id
)

select
    account_id,
    path,
    max(touches) as touches,
    count(*) as paths,
    count(*) filter (where is_converted) as conversions
from write_paths
group by account_id, path
