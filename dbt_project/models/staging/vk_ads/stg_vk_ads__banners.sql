with raw_rows as (
    {{ source_or_empty('raw_vk_ads', 'banners') }}
),

renamed as (
    select
        -- ids
        cabinet,
        banner_id,
        ad_group_id,
        -- strings
        nullif(trim(name), '') as banner_name,
        status,
        url,
        ord_marker,
        -- timestamps
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by cabinet, banner_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
