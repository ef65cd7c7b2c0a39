with payback_sums as (
    select * from {{ ref('int_money__payback_sums') }}
    where basis = 'cash'
),

titles as (
    select * from {{ ref('int_money__dimension_titles') }}
),

{{ payback_steps(month_of('period_on')) }}

select
    -- ids
    figures.account_id,
    -- strings
    figures.dimension,
    figures.dimension_key,
    {{ payback_title('figures') }} as dimension_title,
    figures.gross_profit_status,
    -- numbers
    {% for measure in ['paid_deals', 'new_customers', 'repeat_customers'] %}
        cast({{ zero_if_money_is_known('figures.' ~ measure) }} as bigint) as {{ measure }},
    {% endfor %}
    -- money
    {{ money('figures.all_other_costs') }} as other_costs,
    {{ money('figures.total_costs') }} as total_costs,
    {{ payback_money_columns('figures') }},
    -- ratios
    {{ ratio_if_covered('figures.spend', 'figures.new_customers', 'figures.money_coverage') }}
        as cac,
    {{ ratio_if_covered('figures.total_costs', 'figures.new_customers', 'figures.money_coverage') }}
        as loaded_cac,
    {{ payback_ratios('figures') }},
    {{ payback_roi('figures') }},
    figures.money_coverage,
    figures.cogs_coverage,
    -- days
    figures.period as month
from add_profit as figures
left join titles
    on
        figures.account_id = titles.account_id
        and figures.dimension = titles.dimension
        and figures.dimension_key = titles.dimension_key
