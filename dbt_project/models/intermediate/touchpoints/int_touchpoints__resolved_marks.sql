{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}

with deals as (
    select * from {{ ref('int_crm__deals') }}
),

deal_contacts as (
    select * from {{ ref('int_crm__deal_contacts') }}
),

recorded_marks as (
    select * from {{ ref('int_touchpoints__recorded_marks') }}
),

source_aliases as (
    select * from {{ ref('utm_source_aliases') }}
),

medium_aliases as (
    select * from {{ ref('utm_medium_aliases') }}
),

-- the main contact speaks first, then the others in the order they were created
pick_contact as (
    select
        deal_contacts.deal_id,
        recorded_marks.*
    from deal_contacts
    inner join recorded_marks
        on
            deal_contacts.account_id = recorded_marks.account_id
            and deal_contacts.contact_id = recorded_marks.entity_id
            and recorded_marks.entity_type = 'contacts'
    where recorded_marks.utm_source is not null
    qualify row_number() over (
        partition by deal_contacts.account_id, deal_contacts.deal_id
        order by deal_contacts.is_main desc, deal_contacts.contact_id asc
    ) = 1
),

choose_rule as (
    select
        deals.account_id,
        deals.deal_id,
        deals.source_name,
        case
            when deal_marks.utm_source is not null then 'deal_utm'
            when deals.source_name is not null then 'deal_source'
            when pick_contact.utm_source is not null then 'contact_utm'
            else 'unknown'
        end as source_rule,
    {% for mark in marks %}
        deal_marks.{{ mark }} as deal_{{ mark }},
        pick_contact.{{ mark }} as contact_{{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from deals
    left join recorded_marks as deal_marks
        on
            deals.account_id = deal_marks.account_id
            and deals.deal_id = deal_marks.entity_id
            and deal_marks.entity_type = 'leads'
    left join pick_contact
        on
            deals.account_id = pick_contact.account_id
            and deals.deal_id = pick_contact.deal_id
),

-- marks of one click stay together: never a source of one record with the medium of another
take_marks as (
    select
        account_id,
        deal_id,
        source_rule,
        source_name,
    {% for mark in marks %}
        case
            when source_rule = 'contact_utm' then contact_{{ mark }} else deal_{{ mark }}
        end as {{ mark }}{{ ',' if not loop.last }}
    {% endfor %}
    from choose_rule
),

resolve_aliases as (
    select
        take_marks.account_id,
        take_marks.deal_id,
        take_marks.source_rule,
        take_marks.source_name,
        coalesce(source_aliases.utm_source, take_marks.utm_source) as utm_source,
        coalesce(medium_aliases.utm_medium, take_marks.utm_medium) as utm_medium,
        take_marks.utm_campaign,
        take_marks.utm_content,
        take_marks.utm_term
    from take_marks
    left join source_aliases on take_marks.utm_source = source_aliases.raw
    left join medium_aliases on take_marks.utm_medium = medium_aliases.raw
),

-- what the channel rules look at: the CRM's source name only where no UTM speak; '' = absent
add_match_keys as (
    select
        *,
        case when source_rule = 'deal_source' then '' else coalesce(utm_source, '') end
            as match_source,
        case when source_rule = 'deal_source' then '' else coalesce(utm_medium, '') end
            as match_medium,
        case when source_rule = 'deal_source' then lower(source_name) else '' end as match_name
    from resolve_aliases
)

select * from add_match_keys
