with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'deleted_leads') }}
),

renamed as (
    select
        -- ids
        account_id,
        lead_id,
        deleted_by as deleted_by_user_id,
        -- timestamps
        {{ to_utc('deleted_at') }} as deleted_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, lead_id order by deleted_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
