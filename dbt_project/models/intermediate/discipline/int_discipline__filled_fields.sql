with deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

requirements as (
    select distinct
        account_id,
        field_name,
        field_key
    from {{ ref('int_discipline__field_requirements') }}
),

custom_values as (
    select * from {{ ref('int_crm__custom_values') }}
    where nullif(trim(value), '') is not null
),

sources as (
    select * from {{ ref('int_touchpoints__deal_sources') }}
    where has_card_source
),

messages as (
    select distinct
        account_id,
        deal_id
    from {{ ref('fct_deal_activities') }}
    where deal_id is not null and ((is_contact and direction = 'out') or kind = 'document')
),

phones as (
    select distinct
        account_id,
        entity_id as contact_id
    from custom_values
    where entity_type = 'contacts' and code = 'PHONE'
),

-- values are many, fields few: names are compared once a field
deal_fields as (
    select distinct
        account_id,
        field_id,
        name,
        code
    from custom_values
    where entity_type = 'leads'
),

find_fields as (
    select distinct
        deal_fields.account_id,
        deal_fields.field_id,
        requirements.field_name
    from deal_fields
    inner join requirements
        on
            deal_fields.account_id = requirements.account_id
            and {{ name_key('deal_fields.name') }} = requirements.field_key

    union

    select distinct
        deal_fields.account_id,
        deal_fields.field_id,
        requirements.field_name
    from deal_fields
    inner join requirements
        on
            deal_fields.account_id = requirements.account_id
            and lower(deal_fields.code) = requirements.field_key
)

select
    account_id,
    deal_id,
    'price' as field_name
from deals
where price > 0

union all

select
    account_id,
    deal_id,
    'contact' as field_name
from deals
where contact_id is not null

union all

select
    deals.account_id,
    deals.deal_id,
    'phone' as field_name
from deals
inner join phones
    on
        deals.account_id = phones.account_id
        and deals.contact_id = phones.contact_id

union all

select
    account_id,
    deal_id,
    'source' as field_name
from sources

union all

select
    account_id,
    deal_id,
    'message' as field_name
from messages

union all

select distinct
    custom_values.account_id,
    custom_values.entity_id as deal_id,
    find_fields.field_name
from custom_values
inner join find_fields
    on
        custom_values.account_id = find_fields.account_id
        and custom_values.field_id = find_fields.field_id
where custom_values.entity_type = 'leads'
