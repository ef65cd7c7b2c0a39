{#
  An identifier as the marts keep it, a BIGINT: a whole number stays itself, any other text becomes
  its hash (see hash_text). "007" is not 7, so it is a text. NULL stays NULL.

  Example: id_of_text('deal_id') gives 15 for '15' and 63 bits of a hash for 'D-15'
#}
{% macro id_of_text(text) -%}
    coalesce(
        case
            when {{ regexp_matches(text, "'^(0|[1-9][0-9]{0,17})$'") }}
                then try_cast({{ text }} as bigint)
        end,
        {{ hash_text(text) }}
    )
{%- endmacro %}

{# A name as names are compared: letter case and blanks make no difference. #}
{% macro plain_name(text) -%}
    lower(trim({{ regexp_replace_all(text, '[\\s\\x{00A0}]+', ' ') }}))
{%- endmacro %}

{# The id of a person, a pipeline or the like that is known by its name only. #}
{% macro id_of_name(name) -%}
    {{ return(id_of_text(plain_name(name))) }}
{%- endmacro %}

{# The id of a stage that is known by its name: stages of two pipelines may share one. #}
{% macro id_of_stage(pipeline, stage) -%}
    {{ return(hash_text(plain_name(pipeline) ~ " || chr(31) || " ~ plain_name(stage))) }}
{%- endmacro %}
