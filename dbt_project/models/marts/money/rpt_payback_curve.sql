with cohorts as (
    select * from {{ ref('rpt_payback_by_lead_cohort') }}
    where dimension in ('total', 'channel')
),

cohort_money as (
    select * from {{ ref('int_money__cohort_money') }}
    where dimension in ('total', 'channel')
),

age_cohorts as (
    select
        *,
        {{ months_between('month', local_date(as_of())) }} as age
    from cohorts
),

list_months as (
    select
        *,
        {{ unnest(numbers_below('greatest(age, 0) + 1')) }} as months_since
    from age_cohorts
),

cumulate as (
    select
        list_months.*,
        sum(coalesce(cohort_money.net_revenue, 0)) over so_far as revenue_so_far,
        sum(coalesce(cohort_money.revenue_with_cogs, 0) - coalesce(cohort_money.cogs, 0))
            over so_far as gross_profit_so_far
    from list_months
    left join cohort_money
        on
            list_months.account_id = cohort_money.account_id
            and list_months.dimension = cohort_money.dimension
            and list_months.dimension_key = cohort_money.dimension_key
            and list_months.month = cohort_money.month
            and list_months.currency = cohort_money.currency
            and list_months.months_since = cohort_money.months_since
    window so_far as (
        partition by
            list_months.account_id,
            list_months.dimension,
            list_months.dimension_key,
            list_months.month,
            list_months.currency
        order by list_months.months_since
    )
)

select
    -- ids
    account_id,
    -- strings
    dimension,
    dimension_key,
    dimension_title,
    profit_basis,
    payback_status,
    -- numbers
    cast(months_since as bigint) as months_since,
    -- money
    spend,
    {{ money('case when net_revenue is not null then revenue_so_far end') }}
        as cumulative_revenue,
    {{ money('case when gross_profit is not null then gross_profit_so_far end') }}
        as cumulative_gross_profit,
    currency,
    -- ratios
    money_coverage,
    cogs_coverage,
    -- booleans
    case
        when payback_status in ('paid_back', 'not_yet')
            then
                case when profit_basis = 'revenue' then revenue_so_far else gross_profit_so_far end
                >= spend
    end as is_paid_back,
    -- days
    month
from cumulate
