{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}

with raw_marks as (
    select * from {{ ref('int_touchpoints__raw_marks') }}
),

records as (
    select * from {{ ref('int_touchpoints__marked_records') }}
    where record_kind in ('deal', 'contact')
),

visits as (
    select * from {{ ref('stg_yandex_metrica__visits') }}
),

direct_links as (
    select * from {{ ref('int_money__direct_ad_links') }}
),

ad_groups as (
    select * from {{ ref('stg_vk_ads__ad_groups') }}
),

banners as (
    select * from {{ ref('stg_vk_ads__banners') }}
),

-- a billboard has no link to be tagged
file_campaigns as (
    select * from {{ ref('dim_campaigns') }}
    where source = 'spend_files' and channel <> 'offline'
),

account as (
    select * from {{ ref('int_company__account') }}
),

-- terms and contents of visits are as many as the visits
sum_visits as (
    select
        account.account_id,
        visits.utm_source,
        visits.utm_medium,
        visits.utm_campaign,
        count(*) as visits
    from visits
    cross join account
    where coalesce(visits.utm_source, visits.utm_medium, visits.utm_campaign) is not null
    group by all
),

-- the group's tags take the place of those in its banners' own links
vk_links as (
    select
        ad_groups.cabinet,
        ad_groups.ad_plan_id,
        coalesce(ad_groups.utm_template, banners.url) as link
    from ad_groups
    left join banners
        on ad_groups.cabinet = banners.cabinet and ad_groups.ad_group_id = banners.ad_group_id
),

link_campaigns as (
    select distinct
        account.account_id,
        {% for mark in marks %}
            direct_links.{{ mark }},
        {% endfor %}
        'yandex_direct:' || direct_links.login || ':' || direct_links.campaign_id as campaign_key
    from direct_links
    cross join account

    union

    select
        account.account_id,
        {% for mark in marks %}
            {{ first_match('vk_links.link', '(?:^|[?&])' ~ mark ~ '=([^&#]+)') }} as {{ mark }},
        {% endfor %}
        'vk_ads:' || vk_links.cabinet || ':' || vk_links.ad_plan_id as campaign_key
    from vk_links
    cross join account
),

unite_carriers as (
    select
        raw_marks.account_id,
        raw_marks.record_kind as carrier_kind,
        cast(raw_marks.record_id as string) as carrier_id,
        {% for mark in marks %}
            raw_marks.{{ mark }},
        {% endfor %}
        records.channel,
        records.told_by,
        records.campaign_key,
        cast(0 as bigint) as visits
    from raw_marks
    left join records
        on
            raw_marks.account_id = records.account_id
            and raw_marks.record_kind = records.record_kind
            and cast(raw_marks.record_id as string) = records.record_id

    union all

    select
        account_id,
        'visit' as carrier_kind,
        cast(null as string) as carrier_id,
        utm_source,
        utm_medium,
        utm_campaign,
        cast(null as string) as utm_content,
        cast(null as string) as utm_term,
        cast(null as string) as channel,
        cast(null as string) as told_by,
        cast(null as string) as campaign_key,
        visits
    from sum_visits

    union all

    select
        account_id,
        'campaign' as carrier_kind,
        campaign_key as carrier_id,
        {{ marks | join(', ') }},
        cast(null as string) as channel,
        cast(null as string) as told_by,
        campaign_key,
        cast(0 as bigint) as visits
    from link_campaigns

    union all

    -- files have no links; their campaign is named as it was written
    select
        account_id,
        'campaign' as carrier_kind,
        campaign_key as carrier_id,
        utm_source,
        utm_medium,
        campaign_name as utm_campaign,
        cast(null as string) as utm_content,
        cast(null as string) as utm_term,
        channel,
        'utm' as told_by,
        campaign_key,
        cast(0 as bigint) as visits
    from file_campaigns
),

number_carriers as (
    select
        *,
        {{ clean_mark('utm_source') }} as clean_source,
        {{ clean_mark('utm_medium') }} as clean_medium
    from unite_carriers
),

unpivot_marks as (
    {% for mark in marks %}
        select
            account_id,
            carrier_kind,
            carrier_id,
            '{{ mark }}' as mark,
            {{ mark }} as raw_value,
            clean_source,
            clean_medium,
            channel,
            told_by,
            campaign_key,
            visits
        from number_carriers
        where {{ mark }} is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select * from unpivot_marks
