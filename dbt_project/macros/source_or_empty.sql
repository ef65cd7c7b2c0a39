{#
  The rows of a raw table, or an empty relation of the same columns when the company has not
  switched its source on (then the table does not exist). Columns and types come from the source's
  yml, which therefore has to list every column that staging reads.

  Example: with raw_leads as ({{ source_or_empty('raw_amocrm', 'leads') }})
#}
{% macro source_or_empty(source_name, table_name) -%}
    {%- set relation = source(source_name, table_name) -%}
    {%- if not execute or is_source_enabled(source_name) -%}
        select * from {{ relation }}
    {%- else -%}
        {%- set key = 'source.' ~ project_name ~ '.' ~ source_name ~ '.' ~ table_name -%}
        select
        {%- for column in graph.sources[key].columns.values() %}
            cast(null as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
        where false
    {%- endif -%}
{%- endmacro %}
