{% set without_blanks = regexp_replace_all(
    'lower(value)', '[\\s\\x{00A0}\\x{202F}]+', ''
) %}
{% set plain_amount = regexp_replace_all(without_blanks, '(руб[а-я]*|р|rub|₽)[.]?$', '') %}

with deals as (
    select
        *,
        {{ local_date('created_at') }} as created_on
    from {{ ref('int_crm__deals') }}
),

field_values as (
    select * from {{ ref('int_crm__custom_values') }}
    where entity_type = 'leads' and {{ is_custom_field('cogs_field') }}
),

norms as (
    select * from {{ ref('cogs_norms') }}
),

vat_rates as (
    select * from {{ ref('vat_rates') }}
),

-- what is no amount tells nothing, a minus least of all; 0 is an amount that somebody wrote
read_amounts as (
    select
        account_id,
        entity_id as deal_id,
        field_id,
        value_index,
        try_cast(replace({{ plain_amount }}, ',', '.') as decimal(18, 2)) as cogs
    from field_values
),

first_amounts as (
    select
        account_id,
        deal_id,
        cogs
    from read_amounts
    where cogs >= 0
    qualify row_number() over (
        partition by account_id, deal_id order by field_id, value_index
    ) = 1
),

-- a norm written for the pipeline goes before one for all
match_norms as (
    select
        deals.account_id,
        deals.deal_id,
        norms.share
    from deals
    inner join norms
        on
            deals.created_on >= norms.valid_from
            and deals.created_on <= coalesce(norms.valid_to, deals.created_on)
            and deals.pipeline_id = coalesce(norms.pipeline_id, deals.pipeline_id)
    qualify row_number() over (
        partition by deals.account_id, deals.deal_id
        order by norms.pipeline_id asc nulls last, norms.valid_from desc, norms.share asc
    ) = 1
),

add_prices as (
    select
        deals.account_id,
        deals.deal_id,
        cast(deals.price as decimal(18, 2)) as price,
        coalesce(deals.currency, '{{ var("company_currency") }}') as currency,
        coalesce(first_amounts.cogs, deals.cogs) as told_cogs,
        match_norms.share as norm_share,
        {{ without_vat('cast(deals.price as decimal(18, 2))', 'coalesce(vat_rates.rate, 0)') }}
            as price_net
    from deals
    left join first_amounts
        on
            deals.account_id = first_amounts.account_id
            and deals.deal_id = first_amounts.deal_id
    left join match_norms
        on
            deals.account_id = match_norms.account_id
            and deals.deal_id = match_norms.deal_id
    left join vat_rates
        on
            coalesce(deals.currency, '{{ var("company_currency") }}') = vat_rates.currency
            and deals.created_on between vat_rates.valid_from and vat_rates.valid_to
),

-- a price is with VAT; a norm is a share of what the policy makes of it
follow_policy as (
    select
        *,
        {{ by_vat_policy('price', 'price_net') }} as price_by_policy
    from add_prices
),

choose_cogs as (
    select
        account_id,
        deal_id,
        case
            when told_cogs is not null then 'deal'
            when norm_share is not null and price_by_policy > 0 then 'norm'
            else 'none'
        end as cogs_method,
        norm_share,
        price,
        coalesce(
            told_cogs,
            case when price_by_policy > 0 then {{ money('price_by_policy * norm_share') }} end
        ) as cogs,
        currency
    from follow_policy
)

select * from choose_cogs
