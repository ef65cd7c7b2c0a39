{# Whether the company brings this feed as files: is_file_feed_enabled('payments'). #}
{% macro is_file_feed_enabled(feed) -%}
    {{ return(is_source_enabled('raw_files') and feed in var('files_feeds').split()) }}
{%- endmacro %}

{#
  Nothing found is zero only where some CRM was asked: see zero_if_enabled.

  Example: zero_if_crm_is_known('count_leads.leads')
#}
{% macro zero_if_crm_is_known(amount) -%}
    {%- set is_known = is_source_enabled('raw_amocrm') or is_file_feed_enabled('deals') -%}
    coalesce({{ amount }}, {{ 0 if is_known else 'null' }})
{%- endmacro %}
