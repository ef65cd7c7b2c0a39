{# A name as it is compared: trimmed, blanks collapsed, lower case, ё as е. #}
{% macro name_key(text) -%}
    {%- set collapsed = regexp_replace_all(text, '\\s+', ' ') -%}
    replace(lower(trim({{ collapsed }})), 'ё', 'е')
{%- endmacro %}
