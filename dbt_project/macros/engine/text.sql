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

{# The texts of a group joined in an order, an aggregate; NULL texts are left out. #}
{% macro joined_text(text, separator, ordering) -%}
    {{ return(adapter.dispatch('joined_text', 'skvoz')(text, separator, ordering)) }}
{%- endmacro %}

{% macro default__joined_text(text, separator, ordering) -%}
    {{ return(
        "listagg(" ~ text ~ ", " ~ text_literal(separator) ~ ") within group (order by "
        ~ ordering ~ ")"
    ) }}
{%- endmacro %}

{% macro duckdb__joined_text(text, separator, ordering) -%}
    {{ return(
        "string_agg(" ~ text ~ ", " ~ text_literal(separator) ~ " order by " ~ ordering ~ ")"
    ) }}
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
