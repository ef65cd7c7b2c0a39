{% set rules = seed_rules('payment_class_rules') %}

with documents as (
    select * from {{ ref('stg_bank_1c__documents') }}
),

vat_rates as (
    select * from {{ ref('vat_rates') }}
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
    from documents
),

list_own_accounts as (
    select distinct own_account from name_sides
),

list_own_inns as (
    select distinct own_inn from name_sides
    where own_inn is not null
),

prepare_texts as (
    select
        name_sides.*,
        case
            when
                list_own_accounts.own_account is not null or list_own_inns.own_inn is not null
                then 'own'
            else 'other'
        end as counterparty_kind,
        replace(lower(coalesce(name_sides.document_kind, '')), 'ё', 'е') as document_kind_text,
        replace(lower(coalesce(name_sides.purpose, '')), 'ё', 'е') as purpose_text,
        replace(lower(coalesce(name_sides.counterparty_name, '')), 'ё', 'е') as counterparty_text
    from name_sides
    left join list_own_accounts
        on name_sides.counterparty_account = list_own_accounts.own_account
    left join list_own_inns on name_sides.counterparty_inn = list_own_inns.own_inn
),

-- rules are tried in order of priority; the first hit wins
apply_rules as (
    select
        *,
        {{ first_fitting_rule(rules, 'payment_class', {
            'direction': 'equals',
            'counterparty_kind': 'equals',
            'kbk': 'present',
            'document_kind_pattern': 'document_kind_text',
            'counterparty_pattern': 'counterparty_text',
            'purpose_pattern': 'purpose_text',
        }) }} as payment_class
    from prepare_texts
),

sign_amounts as (
    select
        apply_rules.payment_id,
        apply_rules.own_account,
        apply_rules.direction,
        apply_rules.payment_class,
        apply_rules.payer_name,
        apply_rules.payer_inn,
        apply_rules.counterparty_name,
        apply_rules.counterparty_inn,
        apply_rules.purpose,
        apply_rules.document_number,
        apply_rules.currency,
        case
            when apply_rules.direction = 'in' then apply_rules.amount else -apply_rules.amount
        end as amount,
        case
            when
                {{ regexp_matches('apply_rules.purpose_text', "'без ндс|ндс не (облаг|начисл)'") }}
                then 0
            else coalesce(vat_rates.rate, 0)
        end as vat_rate,
        apply_rules.booked_on
    from apply_rules
    left join vat_rates
        on
            apply_rules.currency = vat_rates.currency
            and apply_rules.booked_on between vat_rates.valid_from and vat_rates.valid_to
)

select * from sign_amounts
