{# The column that var vat_policy asks for: with VAT (gross) or without it (net). #}
{% macro by_vat_policy(gross, net) -%}
    {%- set policy = var('vat_policy') -%}
    {%- if execute and policy not in ('gross', 'net') -%}
        {{ exceptions.raise_compiler_error(
            'var vat_policy is "' ~ policy ~ '"; expected gross or net'
        ) }}
    {%- endif -%}
    {{ net if policy == 'net' else gross }}
{%- endmacro %}
