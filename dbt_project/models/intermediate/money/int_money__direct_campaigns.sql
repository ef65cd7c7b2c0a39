{% set marks = ['utm_source', 'utm_medium', 'utm_campaign'] %}

with campaigns as (
    select * from {{ ref('stg_yandex_direct__campaigns') }}
),

source_aliases as (
    select * from {{ ref('utm_source_aliases') }}
),

medium_aliases as (
    select * from {{ ref('utm_medium_aliases') }}
),

-- the cabinet fills {campaign_id} in when it shows an ad; other macros say nothing about a campaign
fill_campaign_id as (
    select
        *,
        replace(tracking_params, '{campaign_id}', cast(campaign_id as string))
            as filled_params
    from campaigns
),

read_params as (
    select
        *,
    {% for mark in marks %}
        nullif(regexp_extract(filled_params, '(^|[?&]){{ mark }}=([^&]*)', 2), '')
            as tagged_{{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from fill_campaign_id
),

clean_params as (
    select
        login,
        campaign_id,
        campaign_name,
    {% for mark in marks %}
        {{ clean_mark('tagged_' ~ mark) }} as {{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from read_params
),

resolve_aliases as (
    select
        clean_params.login,
        clean_params.campaign_id,
        clean_params.campaign_name,
        coalesce(source_aliases.utm_source, clean_params.utm_source) as utm_source,
        coalesce(medium_aliases.utm_medium, clean_params.utm_medium) as utm_medium,
        clean_params.utm_campaign
    from clean_params
    left join source_aliases on clean_params.utm_source = source_aliases.raw
    left join medium_aliases on clean_params.utm_medium = medium_aliases.raw
)

select * from resolve_aliases
