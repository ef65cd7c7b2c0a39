{#
  Whether a row of stg_amocrm__custom_field_values belongs to the field that a var names, by name or
  by code; letter case and ё/е make no difference.

  Example: where is_custom_field('payment_date_field')
#}
{% macro is_custom_field(var_name) -%}
    {%- set field = "'" ~ var(var_name) | replace("'", "''") ~ "'" -%}
    (
        replace(lower(name), 'ё', 'е') = replace(lower({{ field }}), 'ё', 'е')
        or code = upper({{ field }})
    )
{%- endmacro %}
