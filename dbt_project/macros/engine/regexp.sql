{#
  Regular expressions. Patterns must keep to what RE2 and Java share: no look-around, no back
  references; \\s \\d and explicit classes are safe.
#}

{# Whether the pattern (an SQL expression: a column or a quoted literal) occurs in the text. #}
{% macro regexp_matches(text, pattern) -%}
    {{ return(adapter.dispatch('regexp_matches', 'skvoz')(text, pattern)) }}
{%- endmacro %}

{% macro default__regexp_matches(text, pattern) -%}
    {{ return("regexp_like(" ~ text ~ ", " ~ pattern ~ ")") }}
{%- endmacro %}

{% macro duckdb__regexp_matches(text, pattern) -%}
    {{ return("regexp_matches(" ~ text ~ ", " ~ pattern ~ ")") }}
{%- endmacro %}

{#
  Every occurrence of the pattern replaced: a text. Pattern and replacement are plain texts, quoted
  here for the engine; the replacement names groups as \1.
#}
{% macro regexp_replace_all(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('regexp_replace_all', 'skvoz')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro default__regexp_replace_all(text, pattern, replacement) -%}
    {%- set java_groups = replacement | replace("\\", "$") -%}
    {{ return(
        "regexp_replace(" ~ text ~ ", " ~ text_literal(pattern) ~ ", "
        ~ text_literal(java_groups) ~ ")"
    ) }}
{%- endmacro %}

{% macro duckdb__regexp_replace_all(text, pattern, replacement) -%}
    {{ return(
        "regexp_replace(" ~ text ~ ", " ~ text_literal(pattern) ~ ", "
        ~ text_literal(replacement) ~ ", 'g')"
    ) }}
{%- endmacro %}
