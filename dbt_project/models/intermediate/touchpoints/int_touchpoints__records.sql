{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}

{% set tellers = marks + [
    'yclid', 'gclid', 'rb_clickid', 'ym_uid', 'referrer', 'traffic_source', 'stated_channel'
] %}
with recorded_marks as (
    select
        *,
        case when entity_type = 'leads' then entity_id end as deal_id,
        case when entity_type = 'contacts' then entity_id end as contact_id
    from {{ ref('int_touchpoints__recorded_marks') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

contacts as (
    select * from {{ ref('int_crm__contacts') }}
),

inquiries as (
    select * from {{ ref('int_touchpoints__inquiries') }}
),

visits as (
    select * from {{ ref('stg_yandex_metrica__visits') }}
),

file_touches as (
    select * from {{ ref('stg_files__touches') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

source_aliases as (
    select * from {{ ref('utm_source_aliases') }}
),

medium_aliases as (
    select * from {{ ref('utm_medium_aliases') }}
),

host_rules as (
    select * from {{ ref('referrer_hosts') }}
),

unite_records as (
    select
        recorded_marks.account_id,
        case recorded_marks.entity_type when 'leads' then 'deal' else 'contact' end as record_kind,
        cast(recorded_marks.entity_id as string) as record_id,
        {% for mark in marks %}
            recorded_marks.{{ mark }},
        {% endfor %}
        recorded_marks.yclid,
        recorded_marks.gclid,
        recorded_marks.rb_clickid,
        recorded_marks.ym_uid,
        recorded_marks.referrer,
        cast(null as string) as traffic_source,
        cast(null as string) as stated_channel,
        cast(null as bigint) as direct_campaign_id,
        coalesce(deals.created_at, contacts.created_at) as occurred_at
    from recorded_marks
    left join deals
        on
            recorded_marks.account_id = deals.account_id
            and recorded_marks.deal_id = deals.deal_id
    left join contacts
        on
            recorded_marks.account_id = contacts.account_id
            and recorded_marks.contact_id = contacts.contact_id

    union all

    select
        account_id,
        'inquiry' as record_kind,
        inquiry_id as record_id,
        {% for mark in marks %}
            {{ mark }},
        {% endfor %}
        {{ clean_click_id('yclid') }} as yclid,
        {{ clean_click_id('gclid') }} as gclid,
        {{ clean_click_id('rb_clickid') }} as rb_clickid,
        {{ clean_click_id('ym_client_id') }} as ym_uid,
        referrer,
        cast(null as string) as traffic_source,
        cast(null as string) as stated_channel,
        cast(null as bigint) as direct_campaign_id,
        occurred_at
    from inquiries

    union all

    select
        account.account_id,
        'visit' as record_kind,
        visits.counter_id || ':' || visits.visit_id as record_id,
        {% for mark in marks %}
            {{ clean_mark('visits.' ~ mark) }} as {{ mark }},
        {% endfor %}
        {{ clean_click_id('visits.yclid') }} as yclid,
        {{ clean_click_id('visits.gclid') }} as gclid,
        {{ clean_click_id(url_parameter('visits.start_url', 'rb_clickid')) }} as rb_clickid,
        visits.ym_client_id as ym_uid,
        visits.referer as referrer,
        visits.traffic_source,
        cast(null as string) as stated_channel,
        visits.direct_campaign_id,
        visits.visited_at as occurred_at
    from visits
    cross join account

    union all

    select
        account_id,
        'file_touch' as record_kind,
        touch_key as record_id,
        {% for mark in marks %}
            {{ clean_mark(mark) }} as {{ mark }},
        {% endfor %}
        cast(null as string) as yclid,
        cast(null as string) as gclid,
        cast(null as string) as rb_clickid,
        cast(null as string) as ym_uid,
        cast(null as string) as referrer,
        cast(null as string) as traffic_source,
        {{ plain_name('channel') }} as stated_channel,
        cast(null as bigint) as direct_campaign_id,
        touched_at as occurred_at
    from file_touches
),

-- a page of the company's own site is not where anybody came from
own_hosts as (
    select distinct {{ host_of_address('start_url') }} as host
    from visits
),

find_hosts as (
    select
        unite_records.*,
        {{ host_of_address('referrer') }} as host
    from unite_records
    where
        coalesce(
            {% for column in tellers %}
                unite_records.{{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        ) is not null
),

foreign_hosts as (
    select distinct find_hosts.host
    from find_hosts
    left join own_hosts on find_hosts.host = own_hosts.host
    where find_hosts.host is not null and own_hosts.host is null
),

match_hosts as (
    select
        foreign_hosts.host,
        host_rules.utm_source,
        host_rules.utm_medium,
        row_number() over (partition by foreign_hosts.host order by host_rules.priority) as place
    from foreign_hosts
    left join host_rules on {{ regexp_matches('foreign_hosts.host', 'host_rules.host_pattern') }}
),

name_hosts as (
    select
        match_hosts.host,
        coalesce(match_hosts.utm_source, source_aliases.utm_source, match_hosts.host)
            as host_source,
        coalesce(match_hosts.utm_medium, 'referral') as host_medium
    from match_hosts
    left join source_aliases on match_hosts.host = source_aliases.raw
    where match_hosts.place = 1
),

resolve_aliases as (
    select
        find_hosts.*,
        name_hosts.host as referrer_host,
        name_hosts.host_source,
        name_hosts.host_medium,
        coalesce(source_aliases.utm_source, find_hosts.utm_source) as canonical_source,
        coalesce(medium_aliases.utm_medium, find_hosts.utm_medium) as canonical_medium
    from find_hosts
    left join name_hosts on find_hosts.host = name_hosts.host
    left join source_aliases on find_hosts.utm_source = source_aliases.raw
    left join medium_aliases on find_hosts.utm_medium = medium_aliases.raw
),

choose_teller as (
    select
        *,
        case
            when canonical_source is not null then 'utm'
            when coalesce(yclid, rb_clickid, gclid) is not null then 'click_id'
            when direct_campaign_id is not null then 'click_id'
            -- the rest of Metrica's kinds tells nothing: the company's own site, a saved page
            when traffic_source not in ('internal', 'saved', 'undefined') then 'traffic'
            when host_source is not null then 'referrer'
            else 'none'
        end as told_by
    from resolve_aliases
),

-- what channel rules look at; '' = absent, NULL = nothing tells anything
add_match_keys as (
    select
        *,
        case told_by
            when 'utm' then canonical_source
            when 'click_id'
                then case
                    when coalesce(yclid, cast(direct_campaign_id as string)) is not null
                        then 'yandex'
                    when rb_clickid is not null then 'vk'
                    else 'google'
                end
            when 'traffic'
                then case
                    when traffic_source = 'direct' then '(direct)'
                    else coalesce(host_source, '')
                end
            when 'referrer' then host_source
        end as match_source,
        case told_by
            when 'utm' then coalesce(canonical_medium, '')
            when 'click_id' then 'cpc'
            when 'traffic'
                then case traffic_source
                    when 'direct' then ''
                    when 'ad' then 'cpc'
                    when 'qrcode' then 'qr'
                    when 'referral' then coalesce(host_medium, 'referral')
                    when 'recommend' then coalesce(host_medium, 'referral')
                    else traffic_source
                end
            when 'referrer' then host_medium
        end as match_medium
    from choose_teller
)

select
    account_id,
    record_kind,
    record_id,
    canonical_source as utm_source,
    canonical_medium as utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    yclid,
    gclid,
    rb_clickid,
    ym_uid,
    referrer_host,
    stated_channel,
    told_by,
    match_source,
    match_medium,
    direct_campaign_id,
    occurred_at
from add_match_keys
