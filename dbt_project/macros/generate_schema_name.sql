{# Schemas are named exactly as configured, with no prefix of the target: readers rely on the names. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
