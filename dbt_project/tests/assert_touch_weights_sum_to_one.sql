-- A path shares out the whole of its deal's money, neither more nor less, whatever the model.
{% set tables = {
    'int_attribution__touch_weights': rule_models(),
    'int_attribution__data_driven_weights': data_driven_models(),
} %}

{% for table, names in tables.items() %}
    {% for model in names %}
        select
            '{{ model }}' as model,
            account_id,
            deal_id,
            sum({{ model }}_weight) as weight
        from {{ ref(table) }}
        group by account_id, deal_id
        having abs(sum({{ model }}_weight) - 1) > 1e-9 or min({{ model }}_weight) < 0
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
