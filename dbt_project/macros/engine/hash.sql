{#
  A text as a whole number of 63 bits, a BIGINT that is never negative: the same text gives the same
  number on every engine and in every version of it, since MD5 does.
#}
{% macro hash_text(text) -%}
    {{ return(adapter.dispatch('hash_text', 'skvoz')(text)) }}
{%- endmacro %}

{% macro default__hash_text(text) -%}
    {{ return(
        "cast(cast(conv(left(md5(" ~ text ~ "), 16), 16, 10) as decimal(20, 0))"
        ~ " % 9223372036854775808 as bigint)"
    ) }}
{%- endmacro %}

{% macro duckdb__hash_text(text) -%}
    {{ return(
        "cast(cast('0x' || left(md5(" ~ text ~ "), 16) as ubigint) % 9223372036854775808 as bigint)"
    ) }}
{%- endmacro %}
