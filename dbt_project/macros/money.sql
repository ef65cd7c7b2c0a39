{# A money expression as the marts keep it: DECIMAL(18,2), rounded half away from zero. #}
{% macro money(expression) -%}
    cast(round({{ expression }}, 2) as decimal(18, 2))
{%- endmacro %}
