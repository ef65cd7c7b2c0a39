{#
  The columns that findings copy from every frame of discipline, in one order; NULL where they make
  no sense for its entity, the company's currency where none is given. money_at_stake is given always;
  deal names the live deal that the frame has joined, whose columns count where none is given.

  Example: frame_columns({'entity_name': 'users.user_name', 'money_at_stake': '0'}, deal='deals')
#}
{% macro frame_columns(known, deal=none) -%}
    {%- set of_deals = [
        ('deal_id', 'bigint'), ('pipeline_id', 'bigint'), ('stage_id', 'bigint'),
        ('responsible_user_id', 'bigint'), ('responsible_then_user_id', 'bigint'),
        ('deal_name', 'string'), ('deal_url', 'string'), ('pipeline_name', 'string'),
        ('stage_name', 'string'), ('responsible_name', 'string'), ('channel', 'string'),
    ] -%}
    {%- for column, type in of_deals %}
    {{ known.get(column, deal ~ '.' ~ column if deal else 'cast(null as ' ~ type ~ ')') }}
        as {{ column }},
    {%- endfor %}
    {{ known['entity_name'] }} as entity_name,
    {{ known.get('entity_url', 'cast(null as string)') }} as entity_url,
    {{ known.get('currency', "'" ~ var('company_currency') ~ "'") }} as currency,
    {{ money(known['money_at_stake']) }} as money_at_stake
{%- endmacro %}
