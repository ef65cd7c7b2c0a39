{# Percent-decoding that leaves a malformed sequence as it stands. #}
{% macro url_decode(text) -%}
    {{ return(adapter.dispatch('url_decode', 'skvoz')(text)) }}
{%- endmacro %}

{% macro default__url_decode(text) -%}
    {{ return("coalesce(try_url_decode(" ~ text ~ "), " ~ text ~ ")") }}
{%- endmacro %}

{% macro duckdb__url_decode(text) -%}
    {{ return("url_decode(" ~ text ~ ")") }}
{%- endmacro %}
