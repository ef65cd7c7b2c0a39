with payback_sums as (
    select * from {{ ref('int_money__payback_sums') }}
    where basis = 'created'
),

titles as (
    select * from {{ ref('int_money__dimension_titles') }}
),

provisional_days as (
    select
        account_id,
        spend_on,
        bool_or(is_provisional) as is_provisional
    from {{ ref('fct_spend') }}
    group by account_id, spend_on
),

{{ payback_steps('period_on') }}

select
    -- ids
    figures.account_id,
    -- strings
    figures.dimension,
    figures.dimension_key,
    {{ payback_title('figures') }} as dimension_title,
    figures.gross_profit_status,
    -- numbers
    cast(figures.impressions as bigint) as impressions,
    cast(figures.clicks as bigint) as clicks,
    {% for measure in ['leads', 'new_leads', 'won'] %}
        cast({{ zero_if_crm_is_known('figures.' ~ measure) }} as bigint) as {{ measure }},
    {% endfor %}
    cast(figures.all_qualified_leads as bigint) as qualified_leads,
    {% for measure in ['paid_deals', 'new_customers'] %}
        cast({{ zero_if_money_is_known('figures.' ~ measure) }} as bigint) as {{ measure }},
    {% endfor %}
    -- money
    {{ payback_money_columns('figures') }},
    -- ratios
    {{ share_of('figures.clicks', 'figures.impressions') }} as ctr,
    {{ share_of('figures.spend', 'figures.clicks') }} as cpc,
    {{ ratio_if_covered('figures.spend', 'figures.new_leads', 'figures.lead_coverage') }} as cpl,
    {{ ratio_if_covered('figures.spend', 'figures.all_qualified_leads', 'figures.lead_coverage') }}
        as cpql,
    {{ ratio_if_covered('figures.spend', 'figures.new_customers', 'figures.money_coverage') }}
        as cac,
    {{ payback_ratios('figures') }},
    figures.money_coverage,
    figures.lead_coverage,
    figures.cogs_coverage,
    -- booleans
    coalesce(provisional_days.is_provisional, false) as is_provisional,
    -- days
    figures.period as spend_on
from add_profit as figures
left join titles
    on
        figures.account_id = titles.account_id
        and figures.dimension = titles.dimension
        and figures.dimension_key = titles.dimension_key
left join provisional_days
    on
        figures.account_id = provisional_days.account_id
        and figures.period = provisional_days.spend_on
