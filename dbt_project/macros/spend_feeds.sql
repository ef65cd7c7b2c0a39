{#
  The feeds of advertising spend. A new one is a word here, a model int_money__<feed>_spend and a
  branch in int_money__spend_asked.
#}
{% macro spend_feeds() -%}
    {{ return(['yandex_direct', 'vk_ads', 'spend_files']) }}
{%- endmacro %}

{# Columns of every int_money__<feed>_spend, in their order; described in int_money__spend. #}
{% macro spend_columns() -%}
    {{ return([
        'source', 'cabinet', 'campaign_id', 'campaign_name', 'utm_source', 'utm_medium',
        'utm_campaign', 'currency', 'impressions', 'clicks', 'cost_gross', 'cost_net',
        'is_provisional', 'spend_on',
    ]) }}
{%- endmacro %}
