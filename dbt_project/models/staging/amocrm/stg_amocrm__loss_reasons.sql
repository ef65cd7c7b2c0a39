with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'loss_reasons') }}
),

renamed as (
    select
        -- ids
        account_id,
        loss_reason_id,
        -- strings
        name as loss_reason
    from raw_rows
    qualify row_number() over (
        partition by account_id, loss_reason_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
