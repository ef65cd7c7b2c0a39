{#
  The rows of a seed of ordered rules, by priority: a list of mappings, an empty cell is none. Read
  from the warehouse each time a model is compiled, never kept between runs, so that an edited seed
  counts as soon as dbt has loaded it. Rules then stand in the SQL as constants, and the engine
  compiles every pattern once instead of once a row.

  A unit test sees the rules as shipped, or its own: overrides: {macros: {seed_rules: [...]}}.

  Example: {% set rules = seed_rules('payment_class_rules') %}
#}
{% macro seed_rules(seed_name) -%}
    {%- set relation = ref(seed_name) -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {#- a unit test's ref is no table; the seed itself is, next to the model's own schema -#}
    {%- set table = api.Relation.create(
        database=target.database, schema='seeds', identifier=seed_name
    ) if relation.is_cte else relation -%}
    {%- if not load_relation(table) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set found = run_query('select * from ' ~ table ~ ' order by priority') -%}
    {%- set rules = [] -%}
    {%- for row in found.rows -%}
        {%- do rules.append(dict(zip(found.column_names, row))) -%}
    {%- endfor -%}
    {{ return(rules) }}
{%- endmacro %}

{#
  What the first rule that fits a row says, as a CASE; NULL where none fits. conditions tells how a
  column of the rules is checked: 'equals' (the column of the same name), 'present' (that column is
  there) or the name of a text column, which the rule's pattern must occur in. Empty cells fit
  anything.

  Example: first_fitting_rule(rules, 'payment_class', {'direction': 'equals', 'kbk': 'present'})
#}
{% macro first_fitting_rule(rules, result, conditions) -%}
    case
        {%- for rule in rules %}
            {%- set checks = [] %}
            {%- for column, check in conditions.items() if rule[column] %}
                {%- if check == 'equals' %}
                    {%- do checks.append(column ~ ' = ' ~ text_literal(rule[column])) %}
                {%- elif check == 'present' %}
                    {%- do checks.append(column ~ ' is not null') %}
                {%- else %}
                    {%- do checks.append(regexp_matches(check, text_literal(rule[column]))) %}
                {%- endif %}
            {%- endfor %}
        when {{ checks | join(' and ') or 'true' }} then {{ text_literal(rule[result]) }}
        {%- else %}
        when true then cast(null as string)
        {%- endfor %}
    end
{%- endmacro %}
