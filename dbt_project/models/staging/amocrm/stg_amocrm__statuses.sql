with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'statuses') }}
),

renamed as (
    select
        -- ids
        account_id,
        pipeline_id,
        status_id,
        -- strings
        name as status_name,
        -- numbers
        sort as status_order,
        -- booleans; 142 and 143 close a deal in every pipeline, whatever they are renamed to
        status_id = 142 as is_won,
        status_id = 143 as is_lost,
        coalesce(type, 0) = 1 as is_unsorted,
        status_id not in (142, 143) and coalesce(type, 0) <> 1 as is_ordinary,
        -- a listing takes seconds: what only a run an hour older saw is gone from the account
        last_seen_at >= max(last_seen_at) over (partition by account_id) - interval '1' hour
            as is_listed,
        -- timestamps
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, pipeline_id, status_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
