with field_values as (
    select * from {{ ref('int_crm__custom_values') }}
    where entity_type = 'contacts' and code in ('PHONE', 'EMAIL')
),

normalise_keys as (
    select
        account_id,
        entity_id as contact_id,
        case
            when code = 'PHONE' then {{ phone_key(phone_digits('value')) }}
            else {{ email_key('value') }}
        end as identity_key
    from field_values
),

distinct_keys as (
    select distinct
        account_id,
        contact_id,
        identity_key
    from normalise_keys
    where identity_key is not null
),

-- a key of many contacts is a switchboard or a placeholder and tells nobody apart
count_contacts as (
    select
        *,
        count(*) over (partition by account_id, identity_key) as contacts
    from distinct_keys
)

select
    account_id,
    contact_id,
    identity_key,
    contacts
from count_contacts
where contacts <= {{ var('identity_maximum_contacts') }}
