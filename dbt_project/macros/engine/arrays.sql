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

{# The places of an array's elements from 0, an array; empty for an empty one, NULL for NULL. #}
{% macro array_positions(array) -%}
    {{ return(adapter.dispatch('array_positions', 'skvoz')(array)) }}
{%- endmacro %}

{% macro default__array_positions(array) -%}
    {{ return("transform(" ~ array ~ ", (element, place) -> cast(place as bigint))") }}
{%- endmacro %}

{% macro duckdb__array_positions(array) -%}
    {{ return("range(len(" ~ array ~ "))") }}
{%- endmacro %}

{# The element of an array at a place from 0. #}
{% macro array_element(array, place) -%}
    {{ return(adapter.dispatch('array_element', 'skvoz')(array, place)) }}
{%- endmacro %}

{% macro default__array_element(array, place) -%}
    {{ return("element_at(" ~ array ~ ", cast(" ~ place ~ " as int) + 1)") }}
{%- endmacro %}

{% macro duckdb__array_element(array, place) -%}
    {{ return("list_extract(" ~ array ~ ", " ~ place ~ " + 1)") }}
{%- endmacro %}

{# Whole numbers from 0, as many as count says, an array; count is at least 1. #}
{% macro numbers_below(count) -%}
    {{ return(adapter.dispatch('numbers_below', 'skvoz')(count)) }}
{%- endmacro %}

{% macro default__numbers_below(count) -%}
    {{ return("sequence(0, cast(" ~ count ~ " as bigint) - 1)") }}
{%- endmacro %}

{% macro duckdb__numbers_below(count) -%}
    {{ return("range(cast(" ~ count ~ " as bigint))") }}
{%- endmacro %}
