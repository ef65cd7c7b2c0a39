with raw_rows as (
    {{ source_or_empty('raw_yandex_direct', 'campaigns') }}
),

renamed as (
    select
        -- ids
        login,
        campaign_id,
        -- strings
        nullif(trim(name), '') as campaign_name,
        type as campaign_type,
        state,
        currency,
        nullif(trim(tracking_params), '') as tracking_params,
        -- dates
        start_date as started_on
    from raw_rows
    qualify row_number() over (
        partition by login, campaign_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
