with contacts as (
    select * from {{ ref('int_crm__contacts') }}
),

accounts as (
    select * from {{ ref('int_crm__accounts') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

deal_discipline as (
    select * from {{ ref('fct_deal_discipline') }}
),

custom_values as (
    select * from {{ ref('int_crm__custom_values') }}
    where entity_type = 'contacts' and value is not null
),

-- keys that int_identity bars are nobody's own
own_keys as (
    select distinct
        account_id,
        contact_id,
        identity_key
    from {{ ref('int_identity__key_edges') }}
    where rule in ('contact_phone', 'contact_email') and is_uniting
),

-- a main contact is linked to its deal whether the list of links says so or not
link_deals as (
    select
        account_id,
        contact_id,
        deal_id
    from {{ ref('int_crm__deal_contacts') }}

    union

    select
        account_id,
        contact_id,
        deal_id
    from deals
    where contact_id is not null
),

pick_latest as (
    select
        link_deals.account_id,
        link_deals.contact_id,
        max_by(link_deals.deal_id, (deals.created_at, link_deals.deal_id)) as deal_id,
        count(*) as live_deals
    from link_deals
    inner join deals using (account_id, deal_id)
    group by link_deals.account_id, link_deals.contact_id
),

-- prices of another currency than the account's cannot be added to its own
sum_money as (
    select
        deals.account_id,
        deals.contact_id,
        deal_discipline.currency,
        sum(deal_discipline.money_at_stake) as amount
    from deals
    inner join deal_discipline using (account_id, deal_id)
    where deals.contact_id is not null
    group by deals.account_id, deals.contact_id, deal_discipline.currency
),

count_addresses as (
    select
        account_id,
        entity_id as contact_id,
        count(*) filter (where code = 'PHONE') as phones,
        count(*) filter (where code = 'EMAIL') as emails
    from custom_values
    group by account_id, entity_id
),

-- files that bring neither phones nor addresses say nothing of who can be reached
accounts_with_addresses as (
    select distinct account_id
    from count_addresses
    where phones + emails > 0
),

first_holders as (
    select
        own_keys.account_id,
        own_keys.identity_key,
        min(own_keys.contact_id) as contact_id
    from own_keys
    inner join pick_latest using (account_id, contact_id)
    inner join contacts using (account_id, contact_id)
    group by own_keys.account_id, own_keys.identity_key
),

find_twins as (
    select
        own_keys.account_id,
        own_keys.contact_id,
        min(first_holders.contact_id) as duplicate_of_contact_id
    from own_keys
    inner join first_holders
        on
            own_keys.account_id = first_holders.account_id
            and own_keys.identity_key = first_holders.identity_key
    where first_holders.contact_id < own_keys.contact_id
    group by own_keys.account_id, own_keys.contact_id
)

select
    -- ids
    account_id,
    contact_id,
    find_twins.duplicate_of_contact_id,
    {{ frame_columns({
        'entity_name': "coalesce(nullif(trim(contacts.contact_name), ''), "
        ~ in_language('Контакт ', 'Contact ') ~ " || contacts.source_contact_id)",
        'entity_url': "accounts.base_url || '/contacts/detail/' || contact_id",
        'currency': 'deal_discipline.currency',
        'money_at_stake': 'coalesce(sum_money.amount, 0)',
    }, deal='deal_discipline') }},
    -- numbers
    coalesce(count_addresses.phones, 0) as phones,
    coalesce(count_addresses.emails, 0) as emails,
    pick_latest.live_deals,
    -- booleans
    accounts_with_addresses.account_id is not null
    and coalesce(count_addresses.phones, 0) + coalesce(count_addresses.emails, 0) = 0
        as is_unreachable,
    find_twins.duplicate_of_contact_id is not null as is_duplicate
from contacts
inner join pick_latest using (account_id, contact_id)
inner join deal_discipline
    on
        contacts.account_id = deal_discipline.account_id
        and pick_latest.deal_id = deal_discipline.deal_id
left join accounts using (account_id)
left join accounts_with_addresses using (account_id)
left join count_addresses using (account_id, contact_id)
left join find_twins using (account_id, contact_id)
left join sum_money
    on
        contacts.account_id = sum_money.account_id
        and contacts.contact_id = sum_money.contact_id
        and deal_discipline.currency = sum_money.currency
