{#
  Nothing found is zero only where somebody looked: NULL stays NULL while the source is off, so
  that a missing feed is never shown as "0".

  Example: zero_if_enabled('money.paid_amount', 'raw_bank_1c')
#}
{% macro zero_if_enabled(amount, source_name) -%}
    coalesce({{ amount }}, {{ 0 if is_source_enabled(source_name) else 'null' }})
{%- endmacro %}
