with payback_sums as (
    select * from {{ ref('int_money__payback_sums') }}
    where basis = 'created'
),

cohort_money as (
    select * from {{ ref('int_money__cohort_money') }}
),

titles as (
    select * from {{ ref('int_money__dimension_titles') }}
),

{{ payback_steps(month_of('period_on')) }},

choose_basis as (
    select
        *,
        case
            when gross_profit_status in ('no_cost', 'withheld') then 'revenue' else 'gross_profit'
        end as profit_basis
    from add_profit
),

cumulate as (
    select
        choose_basis.account_id,
        choose_basis.dimension,
        choose_basis.dimension_key,
        choose_basis.period,
        choose_basis.currency,
        choose_basis.spend,
        cohort_money.months_since,
        sum(
            case
                when choose_basis.profit_basis = 'revenue' then cohort_money.net_revenue
                else
                    coalesce(cohort_money.revenue_with_cogs, 0) - coalesce(cohort_money.cogs, 0)
            end
        ) over (
            partition by
                choose_basis.account_id,
                choose_basis.dimension,
                choose_basis.dimension_key,
                choose_basis.period,
                choose_basis.currency
            order by cohort_money.months_since
        ) as earned_so_far
    from choose_basis
    inner join cohort_money
        on
            choose_basis.account_id = cohort_money.account_id
            and choose_basis.dimension = cohort_money.dimension
            and choose_basis.dimension_key = cohort_money.dimension_key
            and choose_basis.period = cohort_money.month
            and choose_basis.currency = cohort_money.currency
    where choose_basis.spend > 0
),

find_last_unpaid as (
    select
        *,
        max(case when earned_so_far < spend then months_since else -1 end) over (
            partition by account_id, dimension, dimension_key, period, currency
        ) as last_unpaid_month
    from cumulate
),

-- refunds may take a payback away again: the month it has lasted since
find_payback as (
    select
        account_id,
        dimension,
        dimension_key,
        period,
        currency,
        min(months_since) as payback_month
    from find_last_unpaid
    where months_since > last_unpaid_month
    group by account_id, dimension, dimension_key, period, currency
),

judge_payback as (
    select
        choose_basis.*,
        find_payback.payback_month,
        case
            when coalesce(choose_basis.spend, 0) <= 0 then 'no_spend'
            when
                choose_basis.net_revenue is null
                or coalesce(choose_basis.money_coverage, 1) < {{ var('minimum_coverage') }}
                then 'withheld'
            when find_payback.payback_month is not null then 'paid_back'
            else 'not_yet'
        end as payback_status
    from choose_basis
    left join find_payback
        on
            choose_basis.account_id = find_payback.account_id
            and choose_basis.dimension = find_payback.dimension
            and choose_basis.dimension_key = find_payback.dimension_key
            and choose_basis.period = find_payback.period
            and choose_basis.currency = find_payback.currency
)

select
    -- ids
    figures.account_id,
    -- strings
    figures.dimension,
    figures.dimension_key,
    {{ payback_title('figures') }} as dimension_title,
    figures.gross_profit_status,
    figures.profit_basis,
    figures.payback_status,
    -- numbers
    {% for measure in ['leads', 'new_leads', 'won'] %}
        cast({{ zero_if_crm_is_known('figures.' ~ measure) }} as bigint) as {{ measure }},
    {% endfor %}
    cast(figures.all_qualified_leads as bigint) as qualified_leads,
    {% for measure in ['paid_deals', 'new_customers', 'repeat_customers'] %}
        cast({{ zero_if_money_is_known('figures.' ~ measure) }} as bigint) as {{ measure }},
    {% endfor %}
    case
        when figures.payback_status = 'paid_back' then figures.payback_month
    end as payback_month,
    {% for days in ltv_horizons() %}
        cast({{ zero_if_money_is_known('figures.ltv_customers_' ~ days) }} as bigint)
            as ltv_customers_{{ days }},
    {% endfor %}
    -- money
    {{ money('figures.all_other_costs') }} as other_costs,
    {{ money('figures.total_costs') }} as total_costs,
    {{ payback_money_columns('figures') }},
    -- ratios
    {{ ratio_if_covered('figures.spend', 'figures.new_leads', 'figures.lead_coverage') }} as cpl,
    {{ ratio_if_covered('figures.spend', 'figures.all_qualified_leads', 'figures.lead_coverage') }}
        as cpql,
    {{ ratio_if_covered('figures.spend', 'figures.new_customers', 'figures.money_coverage') }}
        as cac,
    {{ ratio_if_covered('figures.total_costs', 'figures.new_customers', 'figures.money_coverage') }}
        as loaded_cac,
    {{ payback_ratios('figures') }},
    {{ payback_roi('figures') }},
    {% for days in ltv_horizons() %}
        {% set profit = 'figures.ltv_revenue_with_cogs_' ~ days ~ ' - figures.ltv_cogs_' ~ days %}
        {% set horizon_coverage = share_of(
            'figures.ltv_revenue_with_cogs_' ~ days, 'figures.ltv_revenue_' ~ days
        ) %}
        case
            when coalesce({{ horizon_coverage }}, 1) >= {{ var('minimum_coverage') }}
                then {{ ratio_if_covered(
                    profit, 'figures.ltv_customers_' ~ days, 'figures.money_coverage'
                ) }}
        end as ltv_{{ days }},
        {{ ratio_if_covered(
            'figures.ltv_revenue_' ~ days,
            'figures.ltv_customers_' ~ days,
            'figures.money_coverage',
        ) }} as ltv_before_cogs_{{ days }},
    {% endfor %}
    figures.money_coverage,
    figures.lead_coverage,
    figures.cogs_coverage,
    -- days
    figures.period as month
from judge_payback as figures
left join titles
    on
        figures.account_id = titles.account_id
        and figures.dimension = titles.dimension
        and figures.dimension_key = titles.dimension_key
