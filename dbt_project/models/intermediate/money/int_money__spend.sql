{% for feed in spend_feeds() %}
    select
        {{ spend_columns() | join(', ') }}
    from {{ ref('int_money__' ~ feed ~ '_spend') }}
    {{ 'union all' if not loop.last }}
{% endfor %}
