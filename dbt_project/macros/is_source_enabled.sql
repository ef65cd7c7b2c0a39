{# Whether the company has this source, by its raw schema: is_source_enabled('raw_bank_1c'). #}
{% macro is_source_enabled(source_name) -%}
    {{ return(source_name in var('enabled_sources')) }}
{%- endmacro %}

{# The sources the company has, as quoted literals for an IN list; '' when there are none. #}
{% macro enabled_sources_list() -%}
    '{{ var('enabled_sources') | join("', '") }}'
{%- endmacro %}
