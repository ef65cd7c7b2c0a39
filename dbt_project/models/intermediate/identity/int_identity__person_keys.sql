{# of several rules the one that says most plainly whose a key is #}
{% set rules = [
    'contact_phone', 'contact_email', 'file_person', 'deal_ym_uid',
    'record_phone', 'record_email', 'record_ym_uid',
] %}

with edges as (
    select
        *,
        case rule
            {% for rule in rules %}
                when '{{ rule }}' then {{ loop.index }}
            {% endfor %}
        end as rule_rank
    from {{ ref('int_identity__key_edges') }}
),

components as (
    select * from {{ ref('int_identity__key_components') }}
),

describe_keys as (
    select
        account_id,
        key_kind,
        key_value,
        identity_key,
        {{ hash_text('identity_key') }} as key_id,
        min_by(rule, rule_rank) as rule,
        min(barred_by) as barred_by,
        max(contacts) as contacts,
        count(distinct record_id) as records,
        -- a key that unites nobody is of no contact
        min(contact_id) filter (where is_uniting) as contact_id,
        min(seen_at) as first_seen_at
    from edges
    group by account_id, key_kind, key_value, identity_key
),

join_components as (
    select
        describe_keys.*,
        coalesce(components.component_id, describe_keys.key_id) as component_id
    from describe_keys
    left join components
        on
            describe_keys.account_id = components.account_id
            and describe_keys.key_id = components.key_id
),

name_persons as (
    select
        account_id,
        component_id,
        coalesce(min(contact_id), {{ hash_text('min(identity_key)') }}) as person_id
    from join_components
    group by account_id, component_id
)

select
    -- ids
    keys.account_id,
    persons.person_id,
    -- strings
    keys.key_kind,
    keys.key_value,
    keys.identity_key,
    keys.rule,
    keys.barred_by,
    -- numbers
    keys.contacts,
    keys.records,
    -- booleans
    keys.barred_by is null as is_uniting,
    -- timestamps
    keys.first_seen_at
from join_components as keys
inner join name_persons as persons
    on
        keys.account_id = persons.account_id
        and keys.component_id = persons.component_id
