{#
  One row per element of an array, the other columns repeated: goes into the select list, and rows
  with an empty array vanish on every engine.

  Example: select id, {{ unnest('tokens') }} as token from payments
#}
{% macro unnest(array) -%}
    {{ return(adapter.dispatch('unnest', 'skvoz')(array)) }}
{%- endmacro %}

{% macro default__unnest(array) -%}
    {{ return("explode(" ~ array ~ ")") }}
{%- endmacro %}

{% macro duckdb__unnest(array) -%}
    {{ return("unnest(" ~ array ~ ")") }}
{%- endmacro %}

{# An array of one element. #}
{% macro array_of(element) -%}
    {{ return(adapter.dispatch('array_of', 'skvoz')(element)) }}
{%- endmacro %}

{% macro default__array_of(element) -%}
    {{ return("array(" ~ element ~ ")") }}
{%- endmacro %}

{% macro duckdb__array_of(element) -%}
    {{ return("[" ~ element ~ "]") }}
{%- endmacro %}
