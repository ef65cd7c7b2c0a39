{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}
{# macro -> what Direct writes in its place for this ad; the others change with every click #}
{% set macros = {
    '{campaign_id}': 'cast(campaign_id as string)',
    '{campaign_name}': "coalesce(campaign_name, '{campaign_name}')",
    '{gbid}': 'cast(ad_group_id as string)',
    '{ad_id}': 'cast(ad_id as string)',
    '{banner_id}': 'cast(ad_id as string)',
} %}
{% set filled = {} %}
{% for mark in marks %}
    {% set written = 'case when adds_X then added_X else own_X end' | replace('X', mark) %}
    {% set value = namespace(text="replace(" ~ written ~ ", '+', ' ')") %}
    {% for macro, replacement in macros.items() %}
        {% set arguments = [value.text, "'" ~ macro ~ "'", replacement] %}
        {% set value.text = 'replace(' ~ arguments | join(', ') ~ ')' %}
    {% endfor %}
    {% do filled.update({mark: "nullif(trim(" ~ url_decode(value.text) ~ "), '')"}) %}
{% endfor %}

with ads as (
    select * from {{ ref('stg_yandex_direct__ads') }}
),

ad_groups as (
    select * from {{ ref('stg_yandex_direct__ad_groups') }}
),

campaigns as (
    select * from {{ ref('stg_yandex_direct__campaigns') }}
),

-- the group's parameters stand instead of the campaign's, as a whole
find_params as (
    select
        ads.*,
        campaigns.campaign_name,
        coalesce(ad_groups.tracking_params, campaigns.tracking_params) as tracking_params,
        case
            when ad_groups.tracking_params is not null then 'group'
            when campaigns.tracking_params is not null then 'campaign'
        end as params_level,
        regexp_extract(ads.href, '^[^#]*', 0) as link
    from ads
    left join ad_groups using (login, ad_group_id)
    left join campaigns
        on ads.login = campaigns.login and ads.campaign_id = campaigns.campaign_id
),

-- and they win over what the ad's own link says, parameter by parameter
read_marks as (
    select
        *,
        coalesce(link, '') || '&' || coalesce(tracking_params, '') as whole_link,
    {% for mark in marks %}
        {{ regexp_matches('tracking_params', "'(^|[?&])" ~ mark ~ "='") }} as adds_{{ mark }},
        regexp_extract(tracking_params, '(^|[?&]){{ mark }}=([^&#]*)', 2) as added_{{ mark }},
        regexp_extract(link, '[?&]{{ mark }}=([^&]*)', 1)
            as own_{{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from find_params
),

fill_macros as (
    select
        *,
        -- two bytes of a letter beyond ASCII are sent as %XX%XX
        length(whole_link)
        + 5 * length({{ regexp_replace_all('whole_link', '[\\x{00}-\\x{7F}]', '') }})
            as link_bytes,
    {% for mark in marks %}
        {{ filled[mark] }} as {{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from read_marks
)

select
    -- ids
    login,
    campaign_id,
    ad_group_id,
    ad_id,
    -- strings
    ad_type,
    state,
    href,
    tracking_params,
    params_level,
    {{ marks | join(',\n    ') }},
    -- numbers
    link_bytes,
    -- booleans
    {% for mark in marks[:3] %}
        case
            when {{ mark }} is not null then false
            when href is not null then true
        end as lacks_{{ mark }},
    {% endfor %}
    link_bytes > 4096 as is_link_too_long
from fill_macros
