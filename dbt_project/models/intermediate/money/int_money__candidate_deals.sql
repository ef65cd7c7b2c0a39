with deals as (
    select * from {{ ref('int_crm__deals') }}
),

contacts as (
    select * from {{ ref('int_crm__contacts') }}
),

companies as (
    select * from {{ ref('stg_amocrm__companies') }}
),

inn_values as (
    select
        account_id,
        entity_type,
        entity_id,
        {{ checked_inn('value') }} as inn
    from {{ ref('int_crm__custom_values') }}
    where
        entity_type in ('companies', 'contacts')
        and {{ is_custom_field('inn_field') }}
),

-- a card with two numbers that hold is a mistake: the smaller one, so that a rerun says the same
choose_inns as (
    select
        account_id,
        entity_type,
        entity_id,
        min(inn) as inn
    from inn_values
    where inn is not null
    group by account_id, entity_type, entity_id
)

select
    deals.account_id,
    deals.deal_id,
    deals.source_deal_id,
    coalesce(company_inns.inn, contact_inns.inn) as inn,
    {{ plain_party_name('contacts.contact_name') }} as contact_name,
    {{ plain_party_name('companies.company_name') }} as company_name,
    coalesce(deals.price, 0) as price,
    coalesce(deals.currency, '{{ var("company_currency") }}') as currency,
    coalesce(deals.is_deleted, false) as is_deleted,
    {{ local_date('deals.created_at') }} as created_on,
    case when deals.is_closed then {{ local_date('deals.closed_at') }} end as closed_on
from deals
left join choose_inns as company_inns
    on
        deals.account_id = company_inns.account_id
        and deals.company_id = company_inns.entity_id
        and company_inns.entity_type = 'companies'
left join choose_inns as contact_inns
    on
        deals.account_id = contact_inns.account_id
        and deals.main_contact_id = contact_inns.entity_id
        and contact_inns.entity_type = 'contacts'
left join contacts
    on
        deals.account_id = contacts.account_id
        and deals.main_contact_id = contacts.contact_id
left join companies
    on
        deals.account_id = companies.account_id
        and deals.company_id = companies.company_id
