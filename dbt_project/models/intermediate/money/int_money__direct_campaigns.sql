{% set marks = ['utm_source', 'utm_medium', 'utm_campaign'] %}

with campaigns as (
    select * from {{ ref('stg_yandex_direct__campaigns') }}
),

links as (
    select * from {{ ref('int_money__direct_ad_links') }}
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

clean_links as (
    select
        login,
        campaign_id,
    {% for mark in marks %}
        {{ clean_mark(mark) }} as {{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from links
),

name_links as (
    select
        clean_links.login,
        clean_links.campaign_id,
        coalesce(source_aliases.utm_source, clean_links.utm_source) as utm_source,
        coalesce(medium_aliases.utm_medium, clean_links.utm_medium) as utm_medium,
        clean_links.utm_campaign
    from clean_links
    left join source_aliases on clean_links.utm_source = source_aliases.raw
    left join medium_aliases on clean_links.utm_medium = medium_aliases.raw
),

-- a mark that the ads of a campaign disagree about is not the campaign's
agree_on_marks as (
    select
        login,
        campaign_id,
    {% for mark in marks %}
        case when min({{ mark }}) = max({{ mark }}) then min({{ mark }}) end
            as {{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from name_links
    group by login, campaign_id
),

resolve_aliases as (
    select
        clean_params.login,
        clean_params.campaign_id,
        clean_params.campaign_name,
        coalesce(source_aliases.utm_source, clean_params.utm_source, agree_on_marks.utm_source)
            as utm_source,
        coalesce(medium_aliases.utm_medium, clean_params.utm_medium, agree_on_marks.utm_medium)
            as utm_medium,
        coalesce(clean_params.utm_campaign, agree_on_marks.utm_campaign) as utm_campaign
    from clean_params
    left join source_aliases on clean_params.utm_source = source_aliases.raw
    left join medium_aliases on clean_params.utm_medium = medium_aliases.raw
    left join agree_on_marks
        on
            clean_params.login = agree_on_marks.login
            and clean_params.campaign_id = agree_on_marks.campaign_id
)

select * from resolve_aliases
