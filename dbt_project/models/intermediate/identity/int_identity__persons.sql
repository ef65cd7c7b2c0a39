{# each round doubles the length of chains that are followed to their end #}
{% set rounds = 4 %}

with contact_keys as (
    select * from {{ ref('int_identity__contact_keys') }}
),

contacts as (
    select
        account_id,
        contact_id
    from {{ ref('int_crm__contacts') }}

    union

    select
        account_id,
        contact_id
    from {{ ref('int_crm__deal_contacts') }}

    union

    select
        account_id,
        main_contact_id as contact_id
    from {{ ref('int_crm__deals') }}
    where main_contact_id is not null
),

-- only contacts that share a key can be one person
shared_keys as (
    select * from contact_keys
    where contacts > 1
),

label_0 as (
    select distinct
        account_id,
        contact_id,
        contact_id as person_id
    from shared_keys
),

-- everybody takes the smallest label among those he shares a key with, then that one's own label
{% for round in range(1, rounds + 1) %}
    key_labels_{{ round }} as (
        select
            shared_keys.account_id,
            shared_keys.identity_key,
            min(labels.person_id) as person_id
        from shared_keys
        inner join label_{{ round - 1 }} as labels using (account_id, contact_id)
        group by shared_keys.account_id, shared_keys.identity_key
    ),

    neighbour_labels_{{ round }} as (
        select
            shared_keys.account_id,
            shared_keys.contact_id,
            min(key_labels.person_id) as person_id
        from shared_keys
        inner join key_labels_{{ round }} as key_labels using (account_id, identity_key)
        group by shared_keys.account_id, shared_keys.contact_id
    ),

    label_{{ round }} as (
        select
            neighbours.account_id,
            neighbours.contact_id,
            labels.person_id
        from neighbour_labels_{{ round }} as neighbours
        inner join neighbour_labels_{{ round }} as labels
            on
                neighbours.account_id = labels.account_id
                and neighbours.person_id = labels.contact_id
    ),
{% endfor %}

name_persons as (
    select
        contacts.account_id,
        contacts.contact_id,
        coalesce(labels.person_id, contacts.contact_id) as person_id
    from contacts
    left join label_{{ rounds }} as labels
        on
            contacts.account_id = labels.account_id
            and contacts.contact_id = labels.contact_id
)

select * from name_persons
