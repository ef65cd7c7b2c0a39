{# A word that the models make up themselves, in the language that the owner reads (var company_language). #}
{% macro in_language(ru, en) -%}
    '{{ en if var('company_language') == 'en' else ru }}'
{%- endmacro %}
