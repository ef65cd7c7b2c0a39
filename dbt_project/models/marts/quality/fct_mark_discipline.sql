{# no_utm of rpt_utm_lint is a campaign's, not a value's: fct_campaign_discipline tells it #}
{% set violations = [
    'letter_case', 'cyrillic', 'blanks', 'unreplaced_macro', 'swapped', 'unknown_value',
    'near_duplicate',
] %}

with mark_values as (
    select * from {{ ref('int_touchpoints__mark_values') }}
),

carriers as (
    select * from {{ ref('int_touchpoints__deals_of_carriers') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

lint as (
    select * from {{ ref('rpt_utm_lint') }}
    where leads > 0
),

pair_deals as (
    select distinct
        mark_values.account_id,
        mark_values.mark,
        mark_values.raw_value,
        carriers.deal_id
    from mark_values
    inner join carriers using (account_id, carrier_kind, carrier_id)
),

sum_deals as (
    select
        pair_deals.account_id,
        pair_deals.mark,
        pair_deals.raw_value,
        count(*) as leads,
        sum(coalesce(deals.paid_amount, 0) + coalesce(deals.refunded_amount, 0)) as net_paid
    from pair_deals
    inner join deals using (account_id, deal_id)
    group by pair_deals.account_id, pair_deals.mark, pair_deals.raw_value
),

spread_violations as (
    select
        account_id,
        mark,
        raw_value,
        {% for violation in violations %}
            bool_or(violation = '{{ violation }}') as is_{{ violation }},
        {% endfor %}
        -- of several violations the one that says most plainly what the value should read like
        min_by(
            resembles,
            case violation
                when 'near_duplicate' then 1 when 'swapped' then 2 when 'letter_case' then 3 else 4
            end
        ) filter (where resembles is not null) as resembles
    from lint
    group by account_id, mark, raw_value
)

select
    -- ids
    account_id,
    mark,
    raw_value,
    {{ frame_columns({
        'entity_name': "mark || ' = ' || raw_value",
        'money_at_stake': 'sum_deals.net_paid',
    }) }},
    spread.resembles,
    -- numbers
    sum_deals.leads,
    -- booleans
{% for violation in violations %}
    coalesce(spread.is_{{ violation }}, false) as is_{{ violation }}{{ ',' if not loop.last }}
{% endfor %}
from sum_deals
left join spread_violations as spread using (account_id, mark, raw_value)
