{# what VK adds to a link when the group has automatic tags and names none of its own #}
{% set automatic_tags = 'utm_source=vk_ads&utm_medium=cpc&utm_campaign={{campaign_id}}'
    ~ '&utm_content={{banner_id}}' %}

with raw_rows as (
    {{ source_or_empty('raw_vk_ads', 'ad_groups') }}
),

renamed as (
    select
        -- ids
        cabinet,
        ad_group_id,
        ad_plan_id,
        -- strings
        nullif(trim(name), '') as ad_group_name,
        status,
        case
            when enable_utm then coalesce(nullif(trim(utm), ''), '{{ automatic_tags }}')
        end as utm_template,
        -- booleans
        enable_utm,
        -- timestamps
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by cabinet, ad_group_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
