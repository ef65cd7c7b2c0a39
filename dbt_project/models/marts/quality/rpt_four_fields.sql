{% set dimensions = {
    'all': ("'__all__'", "'__all__'"),
    'channel': ('deals.channel', 'deals.channel'),
    'manager': (
        "coalesce(cast(deals.responsible_then_user_id as string), '__none__')",
        user_label('users.user_name', 'deals.responsible_then_user_id'),
    ),
    'week': (
        "cast(cast(date_trunc('week', deals.created_on) as date) as string)",
        "cast(cast(date_trunc('week', deals.created_on) as date) as string)",
    ),
} %}

with deals as (
    select * from {{ ref('fct_deal_discipline') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

cut_deals as (
    {% for dimension, (key, title) in dimensions.items() %}
        select
            deals.account_id,
            '{{ dimension }}' as dimension,
            {{ key }} as dimension_key,
            {{ title }} as dimension_title,
            deals.currency,
            deals.four_fields,
            deals.money_at_stake
        from deals
        {% if dimension == 'manager' -%}
            left join users
                on
                    deals.account_id = users.account_id
                    and deals.responsible_then_user_id = users.user_id
        {%- endif %}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select
    -- ids
    account_id,
    -- strings
    dimension,
    dimension_key,
    dimension_title,
    -- numbers
    count(*) as deals,
    {% for fields in range(5) -%}
        count(*) filter (where four_fields = {{ fields }}) as deals_{{ fields }},
    {% endfor -%}
    cast(sum(four_fields) as double) / (4 * count(*)) as score,
    cast(sum(four_fields * money_at_stake) as double) / (4 * nullif(sum(money_at_stake), 0))
        as weighted_score,
    -- money
    {{ money('sum(money_at_stake)') }} as money,
    currency
from cut_deals
group by account_id, dimension, dimension_key, dimension_title, currency
