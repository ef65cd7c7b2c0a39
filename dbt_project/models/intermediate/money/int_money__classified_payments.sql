{% set rules = seed_rules('payment_class_rules') %}
{% set conditions = {
    'direction': 'equals',
    'counterparty_kind': 'equals',
    'kbk': 'present',
    'document_kind_pattern': 'document_kind_text',
    'counterparty_pattern': 'counterparty_text',
    'purpose_pattern': 'purpose_text',
    'source_class_pattern': 'source_class_text',
    'acquirer': 'covering_acquirers',
} %}

with movements as (
    select * from {{ ref('int_money__movements') }}
    where is_duplicate is not true
),

acquirers as (
    select * from {{ ref('int_money__acquirers') }}
),

vat_rates as (
    select * from {{ ref('vat_rates') }}
),

rates as (
    select * from {{ ref('int_money__currency_rates') }}
),

name_sides as (
    select
        *,
        nullif(trim(case when direction = 'in' then payer_account else payee_account end), '')
            as counterparty_account,
        nullif(case when direction = 'in' then payer_inn else payee_inn end, '')
            as counterparty_inn,
        case when direction = 'in' then payer_name else payee_name end as counterparty_name,
        nullif(case when direction = 'in' then payee_inn else payer_inn end, '') as own_inn
    from movements
),

list_own_accounts as (
    select distinct own_account from name_sides
),

list_own_inns as (
    select distinct own_inn from name_sides
    where own_inn is not null
),

list_days as (
    select distinct booked_on from name_sides
),

-- an acquirer sends money after the day it took it, so its first day settles nothing yet
cover_days as (
    select
        list_days.booked_on,
        string_agg(acquirers.source, ' ') as covering_acquirers
    from list_days
    inner join acquirers
        on
            list_days.booked_on > acquirers.covered_from
            and list_days.booked_on <= acquirers.covered_to
    group by list_days.booked_on
),

prepare_texts as (
    select
        name_sides.*,
        cover_days.covering_acquirers,
        case
            when
                list_own_accounts.own_account is not null or list_own_inns.own_inn is not null
                then 'own'
            else 'other'
        end as counterparty_kind,
        replace(lower(coalesce(name_sides.document_kind, '')), 'ё', 'е') as document_kind_text,
        replace(lower(coalesce(name_sides.purpose, '')), 'ё', 'е') as purpose_text,
        replace(lower(coalesce(name_sides.counterparty_name, '')), 'ё', 'е') as counterparty_text,
        lower(coalesce(name_sides.source_class, '')) as source_class_text
    from name_sides
    left join list_own_accounts
        on name_sides.counterparty_account = list_own_accounts.own_account
    left join list_own_inns on name_sides.counterparty_inn = list_own_inns.own_inn
    left join cover_days on name_sides.booked_on = cover_days.booked_on
),

-- rules are tried in order of priority; the first hit wins
apply_rules as (
    select
        *,
        {{ first_fitting_rule(rules, 'payment_class', conditions) }} as payment_class,
        {{ first_fitting_rule(rules | selectattr('acquirer') | list, 'acquirer', conditions) }}
            as fitting_acquirer
    from prepare_texts
),

sign_amounts as (
    select
        *,
        case when direction = 'in' then amount else -amount end as signed_amount
    from apply_rules
),

convert_amounts as (
    select
        payments.payment_id,
        payments.source,
        payments.own_account,
        payments.direction,
        payments.payment_class,
        payments.payer_name,
        payments.payer_inn,
        payments.counterparty_account,
        payments.counterparty_name,
        payments.counterparty_inn,
        payments.purpose,
        payments.document_number,
        payments.external_deal_id,
        case
            when payments.payment_class = 'acquiring_settlement' then payments.fitting_acquirer
        end as acquirer,
        {{ to_company_currency('payments.signed_amount', 'payments.currency') }} as amount,
        {{ company_currency('payments.currency') }} as currency,
        payments.signed_amount as amount_original,
        payments.currency as currency_original,
        {{ rate_flag('payments.currency') }} as rate_flag,
        case
            when
                {{ regexp_matches('payments.purpose_text', "'без ндс|ндс не (облаг|начисл)'") }}
                then 0
            else coalesce(vat_rates.rate, 0)
        end as vat_rate,
        payments.is_only_here,
        payments.booked_on
    from sign_amounts as payments
    left join rates
        on payments.currency = rates.currency and payments.booked_on = rates.rate_on
    left join vat_rates
        on
            payments.currency = vat_rates.currency
            and payments.booked_on between vat_rates.valid_from and vat_rates.valid_to
)

select * from convert_amounts
