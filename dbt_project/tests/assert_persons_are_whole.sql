-- keys of one contact or record are of one person, and a contact is the person of its keys: no
-- chain was cut by the number of rounds of int_identity__key_components
with edges as (
    select * from {{ ref('int_identity__key_edges') }}
    where is_uniting
),

person_keys as (
    select * from {{ ref('int_identity__person_keys') }}
),

persons as (
    select * from {{ ref('int_identity__persons') }}
),

name_persons as (
    select
        edges.account_id,
        edges.hub,
        edges.contact_id,
        person_keys.person_id
    from edges
    left join person_keys using (account_id, identity_key)
),

find_cuts as (
    select
        name_persons.account_id,
        name_persons.hub,
        min(name_persons.person_id) as first_person_id,
        max(name_persons.person_id) as last_person_id
    from name_persons
    left join persons using (account_id, contact_id)
    group by name_persons.account_id, name_persons.hub
    having
        count(distinct name_persons.person_id) <> 1
        or count(distinct persons.person_id) > 1
        or min(name_persons.person_id) <> min(persons.person_id)
)

select * from find_cuts
