{# The text of one top-level key of a JSON object, NULL where it is absent; key is a plain text. #}
{% macro json_text(json, key) -%}
    {{ return(adapter.dispatch('json_text', 'skvoz')(json, key)) }}
{%- endmacro %}

{% macro default__json_text(json, key) -%}
    {{ return("get_json_object(" ~ json ~ ", " ~ text_literal("$['" ~ key ~ "']") ~ ")") }}
{%- endmacro %}

{% macro duckdb__json_text(json, key) -%}
    {{ return("json_extract_string(" ~ json ~ ", " ~ text_literal('$."' ~ key ~ '"') ~ ")") }}
{%- endmacro %}

{# The elements of a JSON array, each as JSON: an array to unnest; NULL where there is none. #}
{% macro json_items(json) -%}
    {{ return(adapter.dispatch('json_items', 'skvoz')(json)) }}
{%- endmacro %}

{% macro default__json_items(json) -%}
    {{ return("from_json(" ~ json ~ ", 'array<string>')") }}
{%- endmacro %}

{% macro duckdb__json_items(json) -%}
    {{ return("json_extract(" ~ json ~ ", '$[*]')") }}
{%- endmacro %}

{# Whether a JSON object has a key, whatever its value; false for what is no object. #}
{% macro json_has_key(json, key) -%}
    {{ return(adapter.dispatch('json_has_key', 'skvoz')(json, key)) }}
{%- endmacro %}

{% macro default__json_has_key(json, key) -%}
    {{ return(
        "coalesce(array_contains(json_object_keys(" ~ json ~ "), " ~ text_literal(key) ~ "), false)"
    ) }}
{%- endmacro %}

{% macro duckdb__json_has_key(json, key) -%}
    {{ return("json_exists(" ~ json ~ ", " ~ text_literal('$."' ~ key ~ '"') ~ ")") }}
{%- endmacro %}

{# A JSON value as text: a string without its quotes, anything else as it is written. #}
{% macro json_scalar(json) -%}
    {{ return(adapter.dispatch('json_scalar', 'skvoz')(json)) }}
{%- endmacro %}

{% macro default__json_scalar(json) -%}
    {{ return("get_json_object(" ~ json ~ ", '$')") }}
{%- endmacro %}

{% macro duckdb__json_scalar(json) -%}
    {{ return("json_extract_string(" ~ json ~ ", '$')") }}
{%- endmacro %}
