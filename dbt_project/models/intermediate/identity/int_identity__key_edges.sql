{# what a record may hold: (kind of key, column, as keys are compared) #}
{% set record_keys = [('phone', 'phone'), ('email', 'email'), ('ym_uid', 'ym_uid')] %}
{# a phone may have any number of browsers, so client ids beside a key are not counted #}
{% set told_apart_by = ['phone', 'email'] %}

with custom_values as (
    select * from {{ ref('int_crm__custom_values') }}
),

contacts as (
    select * from {{ ref('int_crm__contacts') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

parsed_phones as (
    select * from {{ ref('int_identity__parsed_phones') }}
),

exclusions as (
    select
        key_kind,
        case
            when key_kind = 'phone' then coalesce({{ plain_phone('key_value') }}, key_value)
            when key_kind = 'email' then lower(trim(key_value))
            else trim(key_value)
        end as key_value
    from {{ ref('identity_exclusions') }}
),

records as (
    select
        account_id,
        record_id,
        source,
        case when source = 'files' then contact_id end as file_person_id,
        phone,
        {{ plain_email('email') }} as email,
        {{ plain_ym_uid('ym_client_id') }} as ym_uid,
        occurred_at
    from {{ ref('int_touchpoints__inquiries_recorded') }}
),

contact_values as (
    select
        custom_values.account_id,
        custom_values.entity_id as contact_id,
        case custom_values.code when 'PHONE' then 'phone' else 'email' end as key_kind,
        case
            when custom_values.code = 'PHONE'
                then {{ e164('custom_values.value', 'parsed_phones.phone') }}
            else {{ plain_email('custom_values.value') }}
        end as key_value
    from custom_values
    left join parsed_phones
        on
            custom_values.value = parsed_phones.spelling
            and custom_values.code = 'PHONE'
    where
        custom_values.entity_type = 'contacts'
        and custom_values.code in ('PHONE', 'EMAIL')
),

deal_values as (
    select
        account_id,
        entity_id as deal_id,
        {{ plain_ym_uid('value') }} as key_value
    from custom_values
    where entity_type = 'leads' and (code = '_YM_UID' or lower(name) = '_ym_uid')
),

list_edges as (
    select
        contact_values.account_id,
        'contact_' || contact_values.key_kind as rule,
        'crm' as source,
        'contact:' || contact_values.contact_id as record_id,
        contact_values.contact_id,
        contact_values.key_kind,
        contact_values.key_value,
        contacts.created_at as seen_at
    from contact_values
    left join contacts
        on
            contact_values.account_id = contacts.account_id
            and contact_values.contact_id = contacts.contact_id

    union all

    select
        deal_values.account_id,
        'deal_ym_uid' as rule,
        'crm' as source,
        'deal:' || deal_values.deal_id as record_id,
        deals.main_contact_id as contact_id,
        'ym_uid' as key_kind,
        deal_values.key_value,
        deals.created_at as seen_at
    from deal_values
    inner join deals
        on
            deal_values.account_id = deals.account_id
            and deal_values.deal_id = deals.deal_id

    {% for kind, column in record_keys %}
        union all

        select
            account_id,
            case when file_person_id is null then 'record_{{ kind }}' else 'file_person' end
                as rule,
            source,
            record_id,
            file_person_id as contact_id,
            '{{ kind }}' as key_kind,
            {{ column }} as key_value,
            occurred_at as seen_at
        from records
        where {{ column }} is not null
    {% endfor %}
),

-- a number on a card twice, in two spellings, is one edge
distinct_edges as (
    select
        account_id,
        rule,
        source,
        record_id,
        contact_id,
        key_kind,
        key_value,
        min(seen_at) as seen_at
    from list_edges
    where key_value is not null
    group by account_id, rule, source, record_id, contact_id, key_kind, key_value
),

count_contacts as (
    select
        account_id,
        key_kind,
        key_value,
        count(distinct contact_id) as contacts
    from distinct_edges
    group by account_id, key_kind, key_value
),

-- a browser from which the forms of many people were sent is an office's, whatever the CRM says
count_neighbours as (
    {% for kind, column in record_keys %}
        select
            account_id,
            '{{ kind }}' as key_kind,
            {{ column }} as key_value,
            greatest(
                {% for other in told_apart_by %}
                    {{ 0 if other == kind else 'count(distinct ' ~ other ~ ')' }}
                    {{- ',' if not loop.last }}
                {% endfor %}
            ) as neighbours
        from records
        where {{ column }} is not null
        group by account_id, {{ column }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

judge_keys as (
    select
        count_contacts.account_id,
        count_contacts.key_kind,
        count_contacts.key_value,
        count_contacts.contacts,
        case
            when exclusions.key_value is not null then 'excluded'
            when count_contacts.contacts > {{ var('identity_maximum_contacts') }}
                then 'many_contacts'
            when count_neighbours.neighbours > {{ var('identity_maximum_contacts') }}
                then 'many_neighbours'
        end as barred_by
    from count_contacts
    left join count_neighbours
        on
            count_contacts.account_id = count_neighbours.account_id
            and count_contacts.key_kind = count_neighbours.key_kind
            and count_contacts.key_value = count_neighbours.key_value
    left join exclusions
        on
            count_contacts.key_kind = exclusions.key_kind
            and count_contacts.key_value = exclusions.key_value
)

select
    -- ids
    edges.account_id,
    edges.record_id,
    edges.contact_id,
    -- what hangs on one hub hangs together: a contact, or a record that names none
    coalesce('contact:' || edges.contact_id, edges.record_id) as hub,
    -- strings
    edges.rule,
    edges.source,
    edges.key_kind,
    edges.key_value,
    edges.key_kind || ' ' || edges.key_value as identity_key,
    judge_keys.barred_by,
    -- numbers
    judge_keys.contacts,
    -- booleans
    judge_keys.barred_by is null as is_uniting,
    -- timestamps
    edges.seen_at
from distinct_edges as edges
inner join judge_keys
    on
        edges.account_id = judge_keys.account_id
        and edges.key_kind = judge_keys.key_kind
        and edges.key_value = judge_keys.key_value
