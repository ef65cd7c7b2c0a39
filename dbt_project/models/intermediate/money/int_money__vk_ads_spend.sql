{% set marks = ['utm_source', 'utm_medium', 'utm_campaign'] %}
{# macro -> what VK puts in its place; the older word campaign means the ad group #}
{% set macros = {
    '{{campaign_id}}': 'cast(ad_group_id as string)',
    '{{ad_group_id}}': 'cast(ad_group_id as string)',
    '{{campaign_name}}': "coalesce(ad_group_name, '')",
    '{{ad_group_name}}': "coalesce(ad_group_name, '')",
    '{{ad_plan_id}}': 'cast(ad_plan_id as string)',
    '{{ad_plan_name}}': "coalesce(ad_plan_name, '')",
} %}
{% set filled = {} %}
{% for mark in marks %}
    {% set expression = namespace(text='written_' ~ mark) %}
    {% for macro, value in macros.items() %}
        {% set arguments = [expression.text, "'" ~ macro ~ "'", value] %}
        {% set expression.text = 'replace(' ~ arguments | join(', ') ~ ')' %}
    {% endfor %}
    {% do filled.update({mark: expression.text}) %}
{% endfor %}

with campaign_days as (
    select * from {{ ref('stg_vk_ads__ad_plan_daily') }}
    where ad_plan_id is not null
),

cabinets as (
    select * from {{ ref('stg_vk_ads__cabinets') }}
),

ad_plans as (
    select * from {{ ref('stg_vk_ads__ad_plans') }}
),

ad_groups as (
    select * from {{ ref('stg_vk_ads__ad_groups') }}
),

banners as (
    select * from {{ ref('stg_vk_ads__banners') }}
),

source_aliases as (
    select * from {{ ref('utm_source_aliases') }}
),

medium_aliases as (
    select * from {{ ref('utm_medium_aliases') }}
),

vat_rates as (
    select * from {{ ref('vat_rates') }}
),

-- a group's tags take the place of those in its banners' own links
list_links as (
    select
        cabinet,
        ad_plan_id,
        ad_group_id,
        ad_group_name,
        utm_template as link
    from ad_groups
    where utm_template is not null

    union all

    select
        ad_groups.cabinet,
        ad_groups.ad_plan_id,
        ad_groups.ad_group_id,
        ad_groups.ad_group_name,
        banners.url as link
    from ad_groups
    inner join banners
        on ad_groups.cabinet = banners.cabinet and ad_groups.ad_group_id = banners.ad_group_id
    where ad_groups.utm_template is null
),

read_links as (
    select
        list_links.*,
        ad_plans.ad_plan_name,
    {% for mark in marks %}
        nullif(regexp_extract(list_links.link, '(^|[?&]){{ mark }}=([^&#]*)', 2), '')
            as written_{{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from list_links
    left join ad_plans using (cabinet, ad_plan_id)
),

fill_macros as (
    select
        cabinet,
        ad_plan_id,
    {% for mark in marks %}
        {{ filled[mark] }} as filled_{{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from read_links
),

clean_marks as (
    select
        cabinet,
        ad_plan_id,
    {% for mark in marks %}
        {{ clean_mark('filled_' ~ mark) }} as {{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from fill_macros
),

resolve_aliases as (
    select
        clean_marks.cabinet,
        clean_marks.ad_plan_id,
        coalesce(source_aliases.utm_source, clean_marks.utm_source) as utm_source,
        coalesce(medium_aliases.utm_medium, clean_marks.utm_medium) as utm_medium,
        clean_marks.utm_campaign
    from clean_marks
    left join source_aliases on clean_marks.utm_source = source_aliases.raw
    left join medium_aliases on clean_marks.utm_medium = medium_aliases.raw
),

-- a mark that the groups of a campaign disagree about is not the campaign's
agree_on_marks as (
    select
        cabinet,
        ad_plan_id,
    {% for mark in marks %}
        case when min({{ mark }}) = max({{ mark }}) then min({{ mark }}) end
            as {{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from resolve_aliases
    group by cabinet, ad_plan_id
),

join_money as (
    select
        campaign_days.*,
        coalesce(cabinets.costs_include_vat, true) as costs_include_vat,
        coalesce(cabinets.currency, '{{ var("company_currency") }}') as currency
    from campaign_days
    left join cabinets on campaign_days.cabinet = cabinets.cabinet
),

join_vat as (
    select
        join_money.*,
        cast(coalesce(vat_rates.rate, 0) as decimal(5, 4)) as vat_rate
    from join_money
    left join vat_rates
        on
            join_money.currency = vat_rates.currency
            and join_money.spend_on between vat_rates.valid_from and vat_rates.valid_to
)

select
    -- ids
    'vk_ads' as source,
    join_vat.cabinet,
    cast(join_vat.ad_plan_id as string) as campaign_id,
    -- strings
    ad_plans.ad_plan_name as campaign_name,
    coalesce(agree_on_marks.utm_source, 'vk') as utm_source,
    coalesce(agree_on_marks.utm_medium, 'cpc') as utm_medium,
    agree_on_marks.utm_campaign,
    -- numbers
    join_vat.shows as impressions,
    join_vat.clicks,
    -- money
    {{ money('join_vat.spent * (1 + case
        when join_vat.costs_include_vat then 0 else join_vat.vat_rate
    end)') }} as cost_gross,
    case when not join_vat.costs_include_vat then {{ money('join_vat.spent') }} end as cost_net,
    join_vat.currency,
    -- booleans
    join_vat.is_provisional,
    -- days, as the cabinet counts them
    join_vat.spend_on
from join_vat
left join ad_plans
    on join_vat.cabinet = ad_plans.cabinet and join_vat.ad_plan_id = ad_plans.ad_plan_id
left join agree_on_marks
    on
        join_vat.cabinet = agree_on_marks.cabinet
        and join_vat.ad_plan_id = agree_on_marks.ad_plan_id
