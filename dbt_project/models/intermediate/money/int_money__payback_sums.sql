with channels as (
    select * from {{ ref('channels') }}
),

parts as (
    select
        parts.*,
        channels.is_paid
    from {{ ref('int_money__payback_parts') }} as parts
    left join channels on parts.channel = channels.channel
),

-- cabinets tell their zeros by channel, costs have no campaign, and managers have neither
stack_dimensions as (
    {% for dimension in payback_dimensions() %}
        select
            account_id,
            basis,
            period_on,
            '{{ dimension }}' as dimension,
            {{ payback_key(dimension) }} as dimension_key,
            currency,
            {% for measure in payback_measures() %}
                sum({{ measure }}) as {{ measure }},
            {% endfor %}
            sum(revenue) filter (where {{ is_payback_key_due(dimension) }}) as due_revenue,
            sum(refunds) filter (where {{ is_payback_key_due(dimension) }}) as due_refunds,
            sum(leads) filter (where {{ is_payback_key_due(dimension) }}) as due_leads,
            sum(revenue) filter (
                where
                {{ is_payback_key_due(dimension) }}
                and {{ is_payback_key_known(dimension) }}
            ) as known_revenue,
            sum(refunds) filter (
                where
                {{ is_payback_key_due(dimension) }}
                and {{ is_payback_key_known(dimension) }}
            ) as known_refunds,
            sum(leads) filter (
                where
                {{ is_payback_key_due(dimension) }}
                and {{ is_payback_key_known(dimension) }}
            ) as known_leads
        from parts
        {% if dimension in ('campaign', 'placement') %}
            where kind not in ('asked', 'costs')
        {% elif dimension not in ('total', 'channel') %}
            where kind not in ('spend', 'asked', 'costs')
        {% endif %}
        group by all
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select * from stack_dimensions
