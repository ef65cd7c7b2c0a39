with edges as (
    select * from {{ ref('int_identity__key_edges') }}
    where is_uniting and contact_id is not null
),

person_keys as (
    select * from {{ ref('int_identity__person_keys') }}
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

    union

    -- those that only a file of inquiries names
    select
        account_id,
        contact_id
    from edges
),

-- all keys of a contact are of one person
find_persons as (
    select
        edges.account_id,
        edges.contact_id,
        min(person_keys.person_id) as person_id
    from edges
    inner join person_keys using (account_id, identity_key)
    group by edges.account_id, edges.contact_id
),

name_persons as (
    select
        contacts.account_id,
        contacts.contact_id,
        coalesce(find_persons.person_id, contacts.contact_id) as person_id
    from contacts
    left join find_persons using (account_id, contact_id)
)

select * from name_persons
