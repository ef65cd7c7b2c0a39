{#
  What a deal is called where it must have a name: its own, else a label with its id.

  Example: deal_label('deals.deal_name', 'deals.source_deal_id')
#}
{% macro deal_label(deal_name, deal_id) -%}
    coalesce(
        nullif(trim({{ deal_name }}), ''),
        {{ in_language('Сделка ', 'Deal ') }} || {{ deal_id }}
    )
{%- endmacro %}
