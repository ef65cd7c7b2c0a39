{% set role_fields = var('role_fields') if var('role_fields') is mapping else {} %}

with field_values as (
    select
        account_id,
        entity_id as deal_id,
        name as field_name,
        {{ name_key('name') }} as field_key,
        code,
        value as person_name,
        {{ name_key('value') }} as person_key
    from {{ ref('int_crm__custom_values') }}
    where entity_type = 'leads'
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

users as (
    select
        *,
        {{ name_key('user_name') }} as user_key
    from {{ ref('int_crm__users') }}
),

name_roles as (
    select
        *,
        case
            when field_key is null then cast(null as string)
        {% for field, role in role_fields.items() %}
            when
                field_key = {{ name_key(text_literal(field)) }}
                or code = upper({{ text_literal(field) }})
                then {{ text_literal(role) }}
        {% endfor %}
        end as role
    from field_values
),

-- a card says "Petrov Ivan" of the user "Ivan Petrov"
user_names as (
    select
        account_id,
        user_id,
        user_key
    from users

    union

    select
        account_id,
        user_id,
        {{ regexp_replace_all('user_key', '^([^ ]+) ([^ ]+)$', '\\2 \\1') }} as user_key
    from users
),

-- a name that two users bear tells neither
known_names as (
    select
        account_id,
        user_key,
        min(user_id) as user_id
    from user_names
    group by account_id, user_key
    having count(*) = 1
),

match_users as (
    select
        name_roles.account_id,
        name_roles.deal_id,
        name_roles.role,
        name_roles.person_name,
        name_roles.field_name,
        known_names.user_id,
        deals.is_deleted
    from name_roles
    inner join deals using (account_id, deal_id)
    left join known_names
        on
            name_roles.account_id = known_names.account_id
            and name_roles.person_key = known_names.user_key
    where name_roles.role is not null
    -- the same person in two fields of one role helped once
    qualify row_number() over (
        partition by
            name_roles.account_id,
            name_roles.deal_id,
            name_roles.role,
            coalesce(cast(known_names.user_id as string), name_roles.person_key)
        order by name_roles.field_name, name_roles.person_name
    ) = 1
)

select
    -- ids
    match_users.account_id,
    match_users.deal_id,
    match_users.user_id,
    -- strings
    match_users.role,
    match_users.person_name,
    users.user_name,
    match_users.field_name,
    -- booleans
    match_users.user_id is not null as is_matched,
    match_users.is_deleted
from match_users
left join users
    on
        match_users.account_id = users.account_id
        and match_users.user_id = users.user_id
