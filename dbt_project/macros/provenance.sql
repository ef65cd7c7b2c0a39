{#
  Where a record was read from: the raw rows of one table, one per record, with the load that brought
  each. A source that is off has none.

  id and order_by are SQL over the raw table's columns; order_by picks the raw row that staging keeps
  where a record was loaded more than once, NULL where the loader keeps them apart. seen_at is the
  column with the moment of the request: rows that dlt took as whole tables carry no load's id, and
  the first load that ended after that moment is theirs.
#}
{% macro raw_records(
    kind, feed, schema, table, id, order_by=none, seen_at=none, condition=none, account_id='0'
) -%}
    {%- set relation = source(schema, table) -%}
    {%- if is_source_enabled(schema) or not execute %}
        {%- set has_load_id = has_column(relation, '_dlt_load_id') %}
        select
            cast({{ account_id }} as bigint) as account_id,
            '{{ kind }}' as record_kind,
            '{{ feed }}' as source,
            {{ id }} as record_id,
            '{{ schema }}' as raw_schema,
            '{{ schema }}.{{ table }}' as raw_table,
            {{ '_dlt_load_id' if has_load_id else 'cast(null as string)' }} as own_load_id,
            {{ to_utc(seen_at) if seen_at and not has_load_id else 'cast(null as timestamp)' }}
                as seen_at
        from {{ relation }}
        {%- if condition %}
        where {{ condition }}
        {%- endif %}
        {%- if order_by %}
        qualify row_number() over (partition by {{ id }} order by {{ order_by }}) = 1
        {%- endif %}
    {%- else %}
        select
            cast(null as bigint) as account_id,
            cast(null as string) as record_kind,
            cast(null as string) as source,
            cast(null as string) as record_id,
            cast(null as string) as raw_schema,
            cast(null as string) as raw_table,
            cast(null as string) as own_load_id,
            cast(null as timestamp) as seen_at
        where false
    {%- endif %}
{%- endmacro %}

{# Every load of the raw schemas that a list of tables lies in, by dlt's own table of loads. #}
{% macro raw_loads(tables) -%}
    {%- set branches = [] -%}
    {%- for schema, table in tables -%}
        {%- set near = source(schema, table) -%}
        {#- what something else than dlt has filled knows no loads -#}
        {%- if execute and is_source_enabled(schema) and adapter.get_relation(
            database=near.database, schema=near.schema, identifier='_dlt_loads'
        ) -%}
            {%- set loads = near.incorporate(path={'identifier': '_dlt_loads'}) -%}
            {%- do branches.append(
                "select '" ~ schema ~ "' as raw_schema, load_id, "
                ~ to_utc('inserted_at') ~ " as loaded_at from " ~ loads ~ " where status = 0"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do branches.append(
        'select cast(null as string) as raw_schema, cast(null as string) as load_id, '
        ~ 'cast(null as timestamp) as loaded_at where false'
    ) -%}
    {{ branches | join(' union all ') }}
{%- endmacro %}

{# Whether a table that exists has a column. #}
{% macro has_column(relation, name) -%}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do names.append(column.name) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(name in names) }}
{%- endmacro %}

{#
  The id of a day of spend as int_provenance__records knows it: the campaign's id tells a campaign
  apart in a cabinet, in files its marks do too.
#}
{% macro spend_record_id(cabinet, campaign_id, day, marks=none) -%}
    {%- set parts = [cabinet, campaign_id] + (marks or []) -%}
    {%- set texts = [] -%}
    {%- for part in parts -%}
        {%- do texts.append("coalesce(cast(" ~ part ~ " as string), '')") -%}
    {%- endfor -%}
    {{ texts | join(" || '|' || ") }} || '|' || cast({{ day }} as string)
{%- endmacro %}
