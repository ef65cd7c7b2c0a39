{# A DATE so many months later; a day that the month has not becomes its last one. #}
{% macro add_months(day, months) -%}
    {{ return(adapter.dispatch('add_months', 'skvoz')(day, months)) }}
{%- endmacro %}

{% macro default__add_months(day, months) -%}
    {{ return("add_months(" ~ day ~ ", cast(" ~ months ~ " as int))") }}
{%- endmacro %}

{% macro duckdb__add_months(day, months) -%}
    {{ return("cast(" ~ day ~ " + to_months(cast(" ~ months ~ " as integer)) as date)") }}
{%- endmacro %}
