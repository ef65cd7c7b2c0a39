with records as (
    select * from {{ ref('int_touchpoints__inquiries_recorded') }}
),

persons as (
    select * from {{ ref('int_identity__persons') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

main_persons as (
    select * from {{ ref('int_identity__person_deals') }}
    where is_main
),

-- a key that stands on no contact is of nobody the CRM knows
person_keys as (
    select * from {{ ref('int_identity__person_keys') }}
    where is_uniting and contacts > 0
),

name_keys as (
    select
        *,
        'phone ' || phone as phone_key,
        'email ' || {{ plain_email('email') }} as email_key
    from records
),

-- records may name deals that were never loaded
find_deals as (
    select
        name_keys.*,
        coalesce(named_deals.deal_id, numbered_deals.deal_id) as known_deal_id
    from name_keys
    left join deals as named_deals
        on
            name_keys.account_id = named_deals.account_id
            and name_keys.deal_id = named_deals.deal_id
    left join deals as numbered_deals
        on
            name_keys.account_id = numbered_deals.account_id
            and name_keys.external_deal_id = numbered_deals.source_deal_id
),

-- whom the CRM names goes before whose number it is; the deal's contact may have been called by
-- another person's telephone
find_persons as (
    select
        find_deals.*,
        coalesce(
            persons.person_id,
            by_phone.person_id,
            by_email.person_id,
            main_persons.person_id
        ) as person_id,
        case
            when persons.person_id is not null then 'record_contact'
            when by_phone.person_id is not null then 'record_phone'
            when by_email.person_id is not null then 'record_email'
            when main_persons.person_id is not null then 'record_deal'
        end as stitch_rule
    from find_deals
    left join persons
        on
            find_deals.account_id = persons.account_id
            and find_deals.contact_id = persons.contact_id
    left join person_keys as by_phone
        on
            find_deals.account_id = by_phone.account_id
            and find_deals.phone_key = by_phone.identity_key
    left join person_keys as by_email
        on
            find_deals.account_id = by_email.account_id
            and find_deals.email_key = by_email.identity_key
    left join main_persons
        on
            find_deals.account_id = main_persons.account_id
            and find_deals.known_deal_id = main_persons.deal_id
)

select
    account_id,
    record_id,
    source_rank,
    source,
    kind,
    direction,
    call_id,
    person_id,
    known_deal_id as deal_id,
    pipeline_id,
    phone,
    email,
    phone_key,
    email_key,
    stitch_rule,
    subject,
    ym_client_id,
    yclid,
    gclid,
    rb_clickid,
    referrer,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    is_missed,
    occurred_at
from find_persons
