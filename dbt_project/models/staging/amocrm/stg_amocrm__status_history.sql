with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'statuses_history') }}
),

renamed as (
    select
        -- ids
        account_id,
        pipeline_id,
        status_id,
        -- strings
        pipeline_name,
        name as status_name,
        color,
        -- numbers
        pipeline_sort as pipeline_order,
        sort as status_order,
        -- booleans
        pipeline_is_main as is_main_pipeline,
        pipeline_is_archive as is_archived_pipeline,
        coalesce(type, 0) = 1 as is_unsorted,
        is_listed,
        -- timestamps
        {{ to_utc('valid_from') }} as valid_from
    from raw_rows
    -- two changes of one moment are one run of a replay: the last one counts
    qualify row_number() over (
        partition by account_id, pipeline_id, status_id, valid_from order by _dlt_id asc
    ) = 1
),

close_rows as (
    select
        *,
        lead(valid_from) over (
            partition by account_id, pipeline_id, status_id order by valid_from
        ) as valid_to
    from renamed
)

select
    *,
    valid_to is null as is_current
from close_rows
