{#
  The columns of one movement as a bank's statement has it, for int_money__movements: what a
  bank does not tell is NULL.

  Example: select {{ bank_movement('tbank', source_class='category') }} from operations
#}
{% macro bank_movement(source, kbk='kbk', source_class='cast(null as string)') -%}
        payment_id,
        '{{ source }}' as source,
        own_account,
        direction,
        document_number,
        document_kind,
        currency,
        payer_account,
        payer_inn,
        payer_name,
        payee_account,
        payee_inn,
        payee_name,
        purpose,
        {{ kbk }} as kbk,
        {{ source_class }} as source_class,
        cast(null as string) as external_deal_id,
        amount,
        cast(null as decimal(18, 2)) as fee,
        booked_on
{%- endmacro %}
