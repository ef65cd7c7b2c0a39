with raw_rows as (
    {{ source_or_empty('raw_yandex_direct', 'ad_groups') }}
),

renamed as (
    select
        -- ids
        login,
        ad_group_id,
        campaign_id,
        -- strings
        nullif(trim(name), '') as ad_group_name,
        type as ad_group_type,
        status,
        nullif(trim(tracking_params), '') as tracking_params
    from raw_rows
    qualify row_number() over (
        partition by login, ad_group_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
