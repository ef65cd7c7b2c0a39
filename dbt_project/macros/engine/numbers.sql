{# Division of whole numbers, towards zero: a BIGINT, never through a floating point. #}
{% macro integer_divide(dividend, divisor) -%}
    {{ return(adapter.dispatch('integer_divide', 'skvoz')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__integer_divide(dividend, divisor) -%}
    {{ return("((" ~ dividend ~ ") div (" ~ divisor ~ "))") }}
{%- endmacro %}

{% macro duckdb__integer_divide(dividend, divisor) -%}
    {{ return("((" ~ dividend ~ ") // (" ~ divisor ~ "))") }}
{%- endmacro %}
