with raw_rows as (
    {{ source_or_empty('raw_yandex_direct', 'ads') }}
),

renamed as (
    select
        -- ids
        login,
        ad_id,
        ad_group_id,
        campaign_id,
        -- strings
        type as ad_type,
        subtype as ad_subtype,
        status,
        state,
        nullif(trim(href), '') as href,
        nullif(trim(display_url_path), '') as display_url_path
    from raw_rows
    qualify row_number() over (
        partition by login, ad_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
