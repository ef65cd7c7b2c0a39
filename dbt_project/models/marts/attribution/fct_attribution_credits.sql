{% set many_touch_models = [] %}
{% for model in rule_models() if model not in single_touch_models() %}
    {% do many_touch_models.append(('int_attribution__touch_weights', model)) %}
{% endfor %}
{% for model in data_driven_models() %}
    {% do many_touch_models.append(('int_attribution__data_driven_weights', model)) %}
{% endfor %}

-- the number stands for the part of a payment until its texts are needed again
with customer_money as (
    select
        *,
        row_number() over (order by account_id, payment_id, deal_id, bucket) as part_number,
        row_number() over (
            partition by account_id, deal_id, payment_class, currency
            order by booked_on, payment_id
        ) as place_in_deal,
        row_number() over (
            partition by account_id, deal_id, payment_class, currency, cash_month
            order by booked_on, payment_id
        ) as place_in_month
    from {{ ref('int_money__customer_money') }}
),

parts as (
    select
        part_number,
        account_id,
        deal_id,
        bucket = 'allocated' as is_allocated,
        channel,
        {{ kopecks_of('amount') }} as kopecks,
        {{ kopecks_of('amount_net') }} as net_kopecks
    from customer_money
),

deals as (
    select * from {{ ref('fct_deals') }}
),

-- money that a model has no weights for stands in one row without a touch
credit_many_touches as (
    {% for table, model in many_touch_models %}
        select
            parts.part_number,
            '{{ model }}' as model,
            weights.touch_id,
            weights.position,
            case
                when not parts.is_allocated then parts.channel
                else coalesce(weights.channel, 'unexplained')
            end as channel,
            weights.placement,
            weights.campaign_key,
            coalesce(weights.{{ model }}_weight, 1) as weight,
            parts.kopecks,
            parts.net_kopecks
        from parts
        left join {{ ref(table) }} as weights
            on
                parts.account_id = weights.account_id
                and parts.deal_id = weights.deal_id
                and weights.{{ model }}_weight > 0
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

-- nothing to round here, so nothing to sort
credit_one_touch as (
    {% for model in single_touch_models() %}
        select
            parts.part_number,
            '{{ model }}' as model,
            weights.touch_id,
            weights.position,
            case
                when not parts.is_allocated then parts.channel
                else coalesce(weights.channel, 'unexplained')
            end as channel,
            weights.placement,
            weights.campaign_key,
            coalesce(weights.{{ model }}_weight, 1) as weight,
            parts.kopecks,
            parts.net_kopecks
        from parts
        left join {{ ref('int_attribution__touch_weights') }} as weights
            on
                parts.account_id = weights.account_id
                and parts.deal_id = weights.deal_id
                and weights.{{ model }}_weight > 0

        union all

    {% endfor %}
    select
        parts.part_number,
        'deal_source' as model,
        cast(null as string) as touch_id,
        cast(null as bigint) as position,
        parts.channel,
        deals.placement,
        deals.campaign_key,
        1 as weight,
        parts.kopecks,
        parts.net_kopecks
    from parts
    left join deals
        on
            parts.account_id = deals.account_id
            and parts.deal_id = deals.deal_id
),

-- kopecks * weight would outgrow 64 bits: both are cut in two at their sixth digit
halve_numbers as (
    select
        *,
        {{ integer_divide('kopecks', 1000000) }} as kopecks_high,
        kopecks % 1000000 as kopecks_low,
        {{ integer_divide('net_kopecks', 1000000) }} as net_kopecks_high,
        net_kopecks % 1000000 as net_kopecks_low,
        {{ integer_divide(weight_units('weight'), 1000000) }} as weight_high,
        {{ weight_units('weight') }} % 1000000 as weight_low
    from credit_many_touches
),

multiply_halves as (
    select
        *,
        {% for amount in ['kopecks', 'net_kopecks'] %}
            {{ amount }}_high * weight_high as {{ amount }}_whole,
            {{ amount }}_high * weight_low + {{ amount }}_low * weight_high as {{ amount }}_middle,
            {{ amount }}_low * weight_low as {{ amount }}_least
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from halve_numbers
),

round_down as (
    select
        part_number,
        model,
        touch_id,
        position,
        channel,
        placement,
        campaign_key,
        weight,
        kopecks,
        net_kopecks,
        {% for amount in ['kopecks', 'net_kopecks'] %}
            {%- set rest = '((' ~ amount ~ '_middle % 1000000) * 1000000 + ' ~ amount ~ '_least)' %}
            {{ amount }}_whole
            + {{ integer_divide(amount ~ '_middle', 1000000) }}
            + {{ integer_divide(rest, 1000000000000) }} as whole_{{ amount }},
            {{ rest }} % 1000000000000 as {{ amount }}_remainder
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from multiply_halves
),

-- largest remainder; one order for every window, so that the engine sorts once, and kopecks of the
-- amount without VAT go to the same touches first
rank_remainders as (
    select
        *,
        kopecks - cast(sum(whole_kopecks) over whole_part as bigint) as kopecks_left,
        net_kopecks - cast(sum(whole_net_kopecks) over whole_part as bigint)
            as net_kopecks_left,
        count(*) over whole_part as touches,
        row_number() over so_far as place
    from round_down
    window
        so_far as (
            partition by part_number, model
            order by kopecks_remainder desc, position asc
            rows between unbounded preceding and current row
        ),
        whole_part as (
            partition by part_number, model
            order by kopecks_remainder desc, position asc
            rows between unbounded preceding and unbounded following
        )
),

share_kopecks as (
    select
        part_number,
        model,
        touch_id,
        position,
        channel,
        placement,
        campaign_key,
        weight,
        whole_kopecks
        + {{ part_of_kopecks_left('kopecks_left', 'place', 'touches') }} as credited_kopecks,
        whole_net_kopecks
        + {{ part_of_kopecks_left('net_kopecks_left', 'place', 'touches') }}
            as credited_net_kopecks
    from rank_remainders

    union all

    select
        part_number,
        model,
        touch_id,
        position,
        channel,
        placement,
        campaign_key,
        weight,
        kopecks as credited_kopecks,
        net_kopecks as credited_net_kopecks
    from credit_one_touch
)

select
    -- ids
    customer_money.account_id,
    customer_money.payment_id,
    customer_money.deal_id,
    share_kopecks.touch_id,
    share_kopecks.campaign_key,
    -- strings
    share_kopecks.model,
    share_kopecks.channel,
    share_kopecks.placement,
    customer_money.bucket,
    customer_money.payment_class,
    -- numbers
    share_kopecks.position,
    cast(share_kopecks.weight as double) as weight,
    -- money
    {{ amount_of_kopecks('share_kopecks.credited_kopecks', 'customer_money.amount') }} as amount,
    {{ amount_of_kopecks('share_kopecks.credited_net_kopecks', 'customer_money.amount_net') }}
        as amount_net,
    customer_money.currency,
    -- booleans
    customer_money.deal_id is not null
    and customer_money.payment_class = 'customer_payment'
    and customer_money.place_in_deal = 1 as is_first_payment,
    customer_money.deal_id is not null
    and customer_money.payment_class = 'customer_payment'
    and customer_money.place_in_month = 1 as is_first_in_month,
    -- days
    customer_money.booked_on,
    customer_money.cash_month,
    customer_money.cohort_month
from share_kopecks
inner join customer_money using (part_number)
