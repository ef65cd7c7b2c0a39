with edges as (
    select * from {{ ref('int_identity__key_edges') }}
),

person_keys as (
    select * from {{ ref('int_identity__person_keys') }}
),

persons as (
    select * from {{ ref('int_identity__persons') }}
),

name_persons as (
    select
        edges.*,
        -- a contact whose key is barred stays the person that its other keys make it
        coalesce(persons.person_id, person_keys.person_id) as person_id
    from edges
    inner join person_keys using (account_id, identity_key)
    left join persons using (account_id, contact_id)
)

select
    -- ids
    account_id,
    person_id,
    contact_id,
    record_id,
    -- strings
    key_kind,
    key_value,
    rule,
    source,
    barred_by,
    -- numbers
    cast(contacts as integer) as contacts,
    -- booleans
    is_uniting,
    -- timestamps
    seen_at as first_seen_at
from name_persons
