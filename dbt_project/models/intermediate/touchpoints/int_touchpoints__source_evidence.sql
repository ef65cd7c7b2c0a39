{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}
{% set told = marks + [
    'told_medium', 'channel', 'placement', 'campaign_key', 'join_method', 'occurred_at'
] %}

with deals as (
    select * from {{ ref('int_crm__deals') }}
),

deal_contacts as (
    select * from {{ ref('int_crm__deal_contacts') }}
),

person_deals as (
    select * from {{ ref('int_identity__person_deals') }}
),

inquiries as (
    select * from {{ ref('int_touchpoints__inquiries') }}
    where direction <> 'out'
),

records as (
    select * from {{ ref('int_touchpoints__marked_records') }}
),

channels as (
    select * from {{ ref('int_touchpoints__channels') }}
    where source_rule = 'deal_source'
),

deal_records as (
    select
        cast(record_id as bigint) as deal_id,
        *
    from records
    where record_kind = 'deal'
),

-- the main contact speaks first, then the others in the order they were created
contact_records as (
    select
        deal_contacts.deal_id,
        records.*,
        row_number() over (
            partition by
                deal_contacts.account_id, deal_contacts.deal_id, records.utm_source is not null
            order by
                case when records.told_by = 'click_id' then 0 else 1 end,
                deal_contacts.is_main desc,
                deal_contacts.contact_id asc
        ) as place
    from deal_contacts
    inner join records
        on
            deal_contacts.account_id = records.account_id
            and cast(deal_contacts.contact_id as string) = records.record_id
            and records.record_kind = 'contact'
),

-- one that names a deal belongs to that deal, whoever else is the same person
link_inquiries as (
    select
        deals.account_id,
        deals.deal_id,
        inquiries.inquiry_id,
        deals.created_at,
        inquiries.occurred_at
    from inquiries
    inner join deals
        on inquiries.account_id = deals.account_id and inquiries.deal_id = deals.deal_id

    union all

    select
        person_deals.account_id,
        person_deals.deal_id,
        inquiries.inquiry_id,
        person_deals.created_at,
        inquiries.occurred_at
    from inquiries
    inner join person_deals
        on
            inquiries.account_id = person_deals.account_id
            and inquiries.person_id = person_deals.person_id
    where
        inquiries.deal_id is null
        and person_deals.is_main
        and {{ seconds_between('inquiries.occurred_at', 'person_deals.created_at') }}
        between -3600 and 86400
),

-- what led to the deal came before it; a record written a moment later is better than none
inquiry_records as (
    select
        link_inquiries.deal_id,
        link_inquiries.created_at as deal_created_at,
        records.*,
        row_number() over (
            partition by link_inquiries.account_id, link_inquiries.deal_id, records.told_by
            order by
                case when link_inquiries.occurred_at <= link_inquiries.created_at then 0 else 1 end,
                abs({{ seconds_between(
                    'link_inquiries.occurred_at', 'link_inquiries.created_at'
                ) }}),
                records.record_id
        ) as place
    from link_inquiries
    inner join records
        on
            link_inquiries.account_id = records.account_id
            and link_inquiries.inquiry_id = records.record_id
            and records.record_kind = 'inquiry'
),

list_clients as (
    select
        deals.account_id,
        deals.deal_id,
        deal_records.ym_uid,
        deals.created_at
    from deals
    inner join deal_records
        on
            deals.account_id = deal_records.account_id
            and deals.deal_id = deal_records.deal_id
    where deal_records.ym_uid is not null

    union

    select
        account_id,
        deal_id,
        ym_uid,
        deal_created_at as created_at
    from inquiry_records
    where ym_uid is not null
),

visit_records as (
    select
        list_clients.deal_id,
        records.*
    from list_clients
    inner join records
        on
            list_clients.account_id = records.account_id
            and list_clients.ym_uid = records.ym_uid
            and records.record_kind = 'visit'
    where
        records.channel not in ('direct', 'unknown')
        and {{ seconds_between('records.occurred_at', 'list_clients.created_at') }}
        between -3600 and {{ var('attribution_lookback_days') * 86400 }}
    qualify row_number() over (
        partition by list_clients.account_id, list_clients.deal_id
        order by records.occurred_at desc, records.record_id asc
    ) = 1
),

list_own_evidence as (
    select
        account_id,
        deal_id,
        1 as rule_rank,
        'deal_utm' as source_rule,
        'deal' as evidence_kind,
        record_id as evidence_id,
        {{ told | join(', ') }}
    from deal_records
    where told_by = 'utm'

    union all

    select
        account_id,
        deal_id,
        2 as rule_rank,
        'inquiry_utm' as source_rule,
        'inquiry' as evidence_kind,
        record_id as evidence_id,
        {{ told | join(', ') }}
    from inquiry_records
    where told_by = 'utm' and place = 1

    union all

    select
        deals.account_id,
        deals.deal_id,
        3 as rule_rank,
        'deal_source' as source_rule,
        'crm_source' as evidence_kind,
        deals.source_name as evidence_id,
        cast(null as string) as utm_source,
        {% for mark in marks[1:] %}
            deal_records.{{ mark }},
        {% endfor %}
        cast(null as string) as told_medium,
        coalesce(channels.channel, 'unassigned') as channel,
        cast(null as string) as placement,
        cast(null as string) as campaign_key,
        'source_only' as join_method,
        deals.created_at as occurred_at
    from deals
    left join deal_records
        on
            deals.account_id = deal_records.account_id
            and deals.deal_id = deal_records.deal_id
    left join channels on lower(deals.source_name) = channels.source_name
    where deals.source_name is not null

    union all

    select
        account_id,
        deal_id,
        4 as rule_rank,
        'contact_utm' as source_rule,
        'contact' as evidence_kind,
        record_id as evidence_id,
        {{ told | join(', ') }}
    from contact_records
    where told_by = 'utm' and place = 1
),

first_own_evidence as (
    select * from list_own_evidence
    qualify row_number() over (partition by account_id, deal_id order by rule_rank) = 1
),

main_persons as (
    select * from person_deals
    where is_main
),

-- a deal in the basket is no earlier deal of anybody
first_live_deals as (
    select * from main_persons
    where not is_deleted
    qualify row_number() over (
        partition by account_id, person_id order by created_at, deal_id
    ) = 1
),

first_deals as (
    select
        main_persons.account_id,
        main_persons.deal_id,
        firsts.deal_id as first_deal_id
    from main_persons
    inner join first_live_deals as firsts
        on
            main_persons.account_id = firsts.account_id
            and main_persons.person_id = firsts.person_id
    where
        main_persons.deal_id <> firsts.deal_id
        and main_persons.created_at >= firsts.created_at
),

list_evidence as (
    select * from list_own_evidence

    union all

    select
        first_deals.account_id,
        first_deals.deal_id,
        5 as rule_rank,
        'first_deal' as source_rule,
        'deal' as evidence_kind,
        cast(first_deals.first_deal_id as string) as evidence_id,
        firsts.{{ told | join(', firsts.') }}
    from first_deals
    inner join first_own_evidence as firsts
        on
            first_deals.account_id = firsts.account_id
            and first_deals.first_deal_id = firsts.deal_id

    union all

    select
        account_id,
        deal_id,
        6 as rule_rank,
        'click_id' as source_rule,
        record_kind as evidence_kind,
        record_id as evidence_id,
        {{ told | join(', ') }}
    from deal_records
    where told_by = 'click_id'

    union all

    select
        account_id,
        deal_id,
        7 as rule_rank,
        'click_id' as source_rule,
        record_kind as evidence_kind,
        record_id as evidence_id,
        {{ told | join(', ') }}
    from contact_records
    where told_by = 'click_id' and place = 1

    union all

    select
        account_id,
        deal_id,
        8 as rule_rank,
        'click_id' as source_rule,
        record_kind as evidence_kind,
        record_id as evidence_id,
        {{ told | join(', ') }}
    from inquiry_records
    where told_by = 'click_id' and place = 1

    union all

    select
        account_id,
        deal_id,
        9 as rule_rank,
        'visit' as source_rule,
        record_kind as evidence_kind,
        record_id as evidence_id,
        {{ told | join(', ') }}
    from visit_records

    union all

    select
        account_id,
        deal_id,
        10 as rule_rank,
        'referrer' as source_rule,
        record_kind as evidence_kind,
        record_id as evidence_id,
        {{ told | join(', ') }}
    from deal_records
    where told_by = 'referrer'

    union all

    select
        account_id,
        deal_id,
        11 as rule_rank,
        'referrer' as source_rule,
        record_kind as evidence_kind,
        record_id as evidence_id,
        {{ told | join(', ') }}
    from inquiry_records
    where told_by = 'referrer' and place = 1
)

select
    account_id,
    deal_id,
    rule_rank,
    source_rule,
    evidence_kind,
    evidence_id,
    {{ marks | join(', ') }},
    told_medium,
    channel,
    placement,
    campaign_key,
    join_method,
    occurred_at as evidence_at
from list_evidence
