{% set rules = ['closer', 'originator', 'share_time', 'share_stages'] %}
{% set amounts = ['price', 'paid'] %}

with won_deals as (
    select
        *,
        -- money is split in kopecks, a refund like a payment with its sign put back at the end
        cast(abs(cast(price as decimal(20, 2))) * 100 as bigint) as price_kopecks,
        cast(abs(cast(paid_amount + refunded_amount as decimal(20, 2))) * 100 as bigint)
            as paid_kopecks,
        case when paid_amount + refunded_amount < 0 then -1 else 1 end as paid_sign,
        case when price < 0 then -1 else 1 end as price_sign
    from {{ ref('fct_deals') }}
    where status = 'won' and not is_deleted
),

held as (
    select held.*
    from {{ ref('fct_deal_responsibility') }} as held
    inner join won_deals using (account_id, deal_id)
),

total_deals as (
    select
        account_id,
        deal_id,
        sum(open_seconds) as open_seconds,
        sum(stays_finished) as stays_finished
    from held
    group by account_id, deal_id
),

-- where there is nothing to share by, the closer takes it all
measure_parts as (
    select
        held.account_id,
        held.deal_id,
        held.user_id,
        held.user_name,
        case when held.is_closer then 1 else 0 end as closer_part,
        case when held.is_originator then 1 else 0 end as originator_part,
        case
            when total_deals.open_seconds > 0 then held.open_seconds
            when held.is_closer then 1
            else 0
        end as share_time_part,
        case
            when total_deals.stays_finished > 0 then held.stays_finished
            when held.is_closer then 1
            else 0
        end as share_stages_part
    from held
    inner join total_deals using (account_id, deal_id)
),

list_rules as (
    {% for rule in rules %}
        select
            account_id,
            deal_id,
            user_id,
            user_name,
            '{{ rule }}' as rule,
            cast(sum({{ rule }}_part) as bigint) as part
        from measure_parts
        where {{ rule }}_part > 0
        group by account_id, deal_id, user_id, user_name
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

total_parts as (
    select
        *,
        cast(sum(part) over (partition by account_id, deal_id, rule) as bigint) as total
    from list_rules
),

-- kopecks * part would outgrow 64 bits: whole totals first, then the part of what is left of them
split_money as (
    select
        total_parts.*,
        won_deals.pipeline_id,
        won_deals.closed_on as won_on,
        won_deals.currency,
        {% for amount in amounts %}
            won_deals.{{ amount }}_sign,
            won_deals.{{ amount }}_kopecks,
            {{ integer_divide('won_deals.' ~ amount ~ '_kopecks', 'total_parts.total') }}
            * total_parts.part
            + {{ integer_divide(
                '(won_deals.' ~ amount ~ '_kopecks % total_parts.total) * total_parts.part',
                'total_parts.total'
            ) }} as {{ amount }}_floor,
            ((won_deals.{{ amount }}_kopecks % total_parts.total) * total_parts.part)
            % total_parts.total as {{ amount }}_remainder
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from total_parts
    inner join won_deals using (account_id, deal_id)
),

-- largest remainder: the kopecks lost to rounding down go to those who lost most by it
place_remainders as (
    select
        *,
        {% for amount in amounts %}
            {{ amount }}_kopecks - sum({{ amount }}_floor) over deal_rule as {{ amount }}_left,
            row_number() over (
                partition by account_id, deal_id, rule
                order by {{ amount }}_remainder desc, user_id asc nulls last
            ) as {{ amount }}_place
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from split_money
    window deal_rule as (partition by account_id, deal_id, rule)
)

select
    -- ids
    account_id,
    deal_id,
    user_id,
    pipeline_id,
    -- strings
    user_name,
    rule,
    -- numbers
    cast(part as double) / total as weight,
    -- money
    {% for amount in amounts %}
        {{ money(
            'cast(' ~ amount ~ '_sign * (' ~ amount ~ '_floor + case when ' ~ amount ~ '_place <= '
            ~ amount ~ '_left then 1 else 0 end) as decimal(20, 0)) * 0.01'
        ) }} as {{ amount }}_amount,
    {% endfor %}
    currency,
    -- days, in the company's zone
    won_on
from place_remainders
