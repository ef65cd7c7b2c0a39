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

{# Canonical composition of Unicode (NFC), so that "й" of two characters equals "й" of one. #}
{% macro composed_text(text) -%}
    {{ return(adapter.dispatch('composed_text', 'skvoz')(text)) }}
{%- endmacro %}

{# Without a function for it, the two letters of Russian that have a mark above. #}
{% macro default__composed_text(text) -%}
    {%- set composed = namespace(text=text) -%}
    {%- for letter, mark, whole in [
        ('И', 774, 'Й'), ('и', 774, 'й'), ('Е', 776, 'Ё'), ('е', 776, 'ё')
    ] -%}
        {%- set composed.text = "replace(" ~ composed.text ~ ", '" ~ letter ~ "' || chr(" ~ mark
            ~ "), '" ~ whole ~ "')" -%}
    {%- endfor -%}
    {{ return(composed.text) }}
{%- endmacro %}

{% macro duckdb__composed_text(text) -%}
    {{ return("nfc_normalize(" ~ text ~ ")") }}
{%- endmacro %}

{#
  A text that a step is applied to so many times, each time to what the last one gave. In the step
  the text so far is `told`.
#}
{% macro repeated_text(text, step, times) -%}
    {{ return(adapter.dispatch('repeated_text', 'skvoz')(text, step, times)) }}
{%- endmacro %}

{% macro default__repeated_text(text, step, times) -%}
    {{ return(
        "aggregate(sequence(1, " ~ times ~ "), " ~ text ~ ", (told, round) -> " ~ step ~ ")"
    ) }}
{%- endmacro %}

{% macro duckdb__repeated_text(text, step, times) -%}
    {{ return(
        "list_reduce([" ~ text ~ ", ''" * times ~ "], lambda told, round: " ~ step ~ ")"
    ) }}
{%- endmacro %}

{# Every occurrence of a pattern (a plain text without groups) in a text, an array. #}
{% macro all_matches(text, pattern) -%}
    {{ return(adapter.dispatch('all_matches', 'skvoz')(text, pattern)) }}
{%- endmacro %}

{% macro default__all_matches(text, pattern) -%}
    {{ return("regexp_extract_all(" ~ text ~ ", " ~ text_literal(pattern) ~ ", 0)") }}
{%- endmacro %}

{% macro duckdb__all_matches(text, pattern) -%}
    {{ return("regexp_extract_all(" ~ text ~ ", " ~ text_literal(pattern) ~ ")") }}
{%- endmacro %}
