{# Percent-decoding that leaves a malformed sequence as it stands. #}
{% macro url_decode(text) -%}
    {{ return(adapter.dispatch('url_decode', 'skvoz')(text)) }}
{%- endmacro %}

{% macro default__url_decode(text) -%}
    {{ return("coalesce(try_url_decode(" ~ text ~ "), " ~ text ~ ")") }}
{%- endmacro %}

{% macro duckdb__url_decode(text) -%}
    {{ return("coalesce(try(url_decode(" ~ text ~ ")), " ~ text ~ ")") }}
{%- endmacro %}

{# Any text as an SQL literal that the engine reads back unchanged. #}
{% macro text_literal(text) -%}
    {{ return(adapter.dispatch('text_literal', 'skvoz')(text)) }}
{%- endmacro %}

{% macro default__text_literal(text) -%}
    {{ return("'" ~ text | replace("\\", "\\\\") | replace("'", "\\'") ~ "'") }}
{%- endmacro %}

{% macro duckdb__text_literal(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro %}
