{#
  Amounts in the company's currency. A fact joins int_money__currency_rates by its currency and day,
  and keeps the original beside the converted amount:

    with rates as (
        select * from {{ ref('int_money__currency_rates') }}
    )

    select
        {{ to_company_currency('movements.amount', 'movements.currency') }} as amount,
        {{ company_currency('movements.currency') }} as currency,
        movements.amount as amount_original,
        movements.currency as currency_original,
        {{ rate_flag('movements.currency') }} as rate_flag
    from movements
    left join rates
        on movements.currency = rates.currency and movements.booked_on = rates.rate_on

  An amount in the company's own currency is never touched. One whose currency has no rate yet stays
  in its own currency, as bucket no_rate: it is neither lost nor added to amounts of another currency.
#}
{% macro to_company_currency(amount, currency, rates='rates') -%}
    case
        when {{ currency }} = '{{ var("company_currency") }}' or {{ rates }}.rate is null
            then cast({{ amount }} as decimal(18, 2))
        else {{ money("cast(" ~ amount ~ " as decimal(18, 2)) * " ~ rates ~ ".rate") }}
    end
{%- endmacro %}

{# The currency that to_company_currency has counted in. #}
{% macro company_currency(currency, rates='rates') -%}
    case
        when {{ rates }}.rate is null then {{ currency }} else '{{ var("company_currency") }}'
    end
{%- endmacro %}

{#
  How an amount was converted: own (it is the company's currency), exact (the rate set for the day),
  carried (that of an earlier day), stale (that of a day too long ago, var rate_carry_days), no_rate.
#}
{% macro rate_flag(currency, rates='rates') -%}
    case
        when {{ currency }} = '{{ var("company_currency") }}' then 'own'
        when {{ rates }}.rate is null then 'no_rate'
        when {{ rates }}.is_stale then 'stale'
        when {{ rates }}.is_carried then 'carried'
        else 'exact'
    end
{%- endmacro %}
