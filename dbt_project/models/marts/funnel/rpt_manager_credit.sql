{% set rules = ['closer', 'originator', 'share_time', 'share_stages'] %}
{% set figures = ['deals', 'price', 'paid'] %}

with credits as (
    select * from {{ ref('fct_deal_credits') }}
),

won_deals as (
    select * from {{ ref('fct_deals') }}
    where status = 'won' and not is_deleted
),

-- a report by who is responsible now counts the whole deal for whoever holds the card today
all_rules as (
    select
        account_id,
        user_id,
        user_name,
        pipeline_id,
        won_on,
        currency,
        rule,
        -- exact, so that the order of adding changes nothing
        cast(weight as decimal(18, 12)) as deals,
        price_amount as price,
        paid_amount as paid
    from credits

    union all

    select
        account_id,
        responsible_user_id as user_id,
        {{ user_label('responsible_name', 'responsible_user_id') }} as user_name,
        pipeline_id,
        closed_on as won_on,
        currency,
        'current_responsible' as rule,
        1 as deals,
        price,
        paid_amount + refunded_amount as paid
    from won_deals
),

sum_by_manager as (
    select
        account_id,
        user_id,
        pipeline_id,
        max(user_name) as user_name,
        {{ month_of('won_on') }} as month,
        currency,
        {% for rule in rules + ['current_responsible'] %}
            coalesce(sum(deals) filter (where rule = '{{ rule }}'), 0) as {{ rule }}_deals,
            coalesce(sum(price) filter (where rule = '{{ rule }}'), 0) as {{ rule }}_price,
            {{ zero_if_money_is_known("sum(paid) filter (where rule = '" ~ rule ~ "')") }}
                as {{ rule }}_paid
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from all_rules
    group by all
),

name_pipelines as (
    select
        account_id,
        pipeline_id,
        max(pipeline_name) as pipeline_name
    from won_deals
    group by account_id, pipeline_id
)

select
    sum_by_manager.account_id,
    sum_by_manager.user_id,
    sum_by_manager.user_name,
    sum_by_manager.month,
    sum_by_manager.pipeline_id,
    name_pipelines.pipeline_name,
    {% for rule in rules + ['current_responsible'] %}
        cast(
            sum_by_manager.{{ rule }}_deals
            as {{ 'double' if rule.startswith('share_') else 'bigint' }}
        ) as {{ rule }}_deals,
        {{ money('sum_by_manager.' ~ rule ~ '_price') }} as {{ rule }}_price,
        {{ money('sum_by_manager.' ~ rule ~ '_paid') }} as {{ rule }}_paid,
    {% endfor %}
    {% for rule in rules %}
        cast(
            sum_by_manager.current_responsible_deals - sum_by_manager.{{ rule }}_deals
            as {{ 'double' if rule.startswith('share_') else 'bigint' }}
        ) as current_less_{{ rule }}_deals,
        {{ money(
            'sum_by_manager.current_responsible_price - sum_by_manager.' ~ rule ~ '_price'
        ) }} as current_less_{{ rule }}_price,
        {{ money(
            'sum_by_manager.current_responsible_paid - sum_by_manager.' ~ rule ~ '_paid'
        ) }} as current_less_{{ rule }}_paid,
    {% endfor %}
    sum_by_manager.currency
from sum_by_manager
left join name_pipelines using (account_id, pipeline_id)
