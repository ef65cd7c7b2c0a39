{% set outcomes = ['handed_over', 'won', 'lost', 'open'] %}

with outcomes as (
    select * from {{ ref('fct_department_outcomes') }}
    where not is_deleted
),

-- what became of those who came in a month, and what was done in a month whenever they came
two_bases as (
    select
        *,
        'entry_cohort' as basis,
        {{ month_of('entered_on') }} as month
    from outcomes

    union all

    select
        *,
        'outcome_date' as basis,
        {{ month_of('outcome_on') }} as month
    from outcomes
    where outcome <> 'open'
),

count_outcomes as (
    select
        account_id,
        pipeline_id,
        max(pipeline_name) as pipeline_name,
        max(pipeline_role) as pipeline_role,
        max(owner_group) as owner_group,
        month,
        basis,
        count(*) as deals,
        {% for outcome in outcomes %}
            count(*) filter (where outcome = '{{ outcome }}') as {{ outcome }},
        {% endfor %}
        count(*) filter (where outcome in ('handed_over', 'won')) as successes,
        median(days_in_department) filter (where is_unbroken and outcome in ('handed_over', 'won'))
            as median_days_to_success,
        median(days_in_department) filter (where is_unbroken and outcome = 'lost')
            as median_days_to_loss,
        coalesce(sum(price) filter (where outcome in ('handed_over', 'won')), 0) as success_price,
        {{ zero_if_money_is_known(
            "sum(net_paid_amount) filter (where outcome in ('handed_over', 'won'))"
        ) }} as success_paid,
        currency
    from two_bases
    group by account_id, pipeline_id, month, basis, currency
)

select
    account_id,
    pipeline_id,
    pipeline_name,
    pipeline_role,
    owner_group,
    month,
    basis,
    case when basis = 'entry_cohort' then deals end as entered,
    handed_over,
    won,
    lost,
    case when basis = 'entry_cohort' then open end as open,
    cast(successes as double) / nullif(deals, 0) as conversion,
    cast(deals - open as double) / nullif(deals, 0) as resolved_share,
    median_days_to_success,
    median_days_to_loss,
    {{ money('success_price') }} as success_price,
    {{ money('success_paid') }} as success_paid,
    currency
from count_outcomes
