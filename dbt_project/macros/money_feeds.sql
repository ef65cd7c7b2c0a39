{#
  The feeds of money, in the order in which they are believed where several of them have the same
  account and day: a bank's own answer before files, files of a bank before those a company fills in
  itself. A new feed is a word here and a model int_money__<feed>_movements.
#}
{% macro money_feeds() -%}
    {{ return(['tbank', 'tochka', 'bank_1c', 'bank_swift', 'yookassa', 'files']) }}
{%- endmacro %}

{# The feeds of money that this company has switched on. #}
{% macro enabled_money_feeds() -%}
    {%- set enabled = [] -%}
    {%- for feed in money_feeds() if is_source_enabled('raw_' ~ feed) -%}
        {#- files may bring deals and no money -#}
        {%- if feed != 'files' or is_file_feed_enabled('payments') -%}
            {%- do enabled.append(feed) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(enabled) }}
{%- endmacro %}

{#
  Nothing found is zero only where some feed of money was asked: see zero_if_enabled.

  Example: zero_if_money_is_known('money.paid_amount')
#}
{% macro zero_if_money_is_known(amount) -%}
    coalesce({{ amount }}, {{ 0 if enabled_money_feeds() else 'null' }})
{%- endmacro %}

{# Columns of every int_money__<feed>_movements, in order; described in int_money__movements. #}
{% macro movement_columns() -%}
    {{ return([
        'payment_id', 'source', 'own_account', 'direction', 'document_number', 'document_kind',
        'currency', 'payer_account', 'payer_inn', 'payer_name', 'payee_account', 'payee_inn',
        'payee_name', 'purpose', 'kbk', 'source_class', 'external_deal_id', 'amount', 'fee',
        'booked_on',
    ]) }}
{%- endmacro %}
