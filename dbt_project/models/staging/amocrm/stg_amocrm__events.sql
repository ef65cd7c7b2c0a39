with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'events') }}
),

renamed as (
    select
        -- ids
        account_id,
        event_id,
        entity_id,
        created_by as created_by_user_id,
        before_status_id,
        before_pipeline_id,
        after_status_id,
        after_pipeline_id,
        before_responsible_user_id,
        after_responsible_user_id,
        -- strings
        type as event_type,
        entity_type,
        -- numbers
        before_price,
        after_price,
        -- timestamps
        {{ to_utc('created_at') }} as created_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, event_id order by created_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
