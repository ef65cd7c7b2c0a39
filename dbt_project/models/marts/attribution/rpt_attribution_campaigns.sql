with credits as (
    select * from {{ ref('fct_attribution_credits') }}
),

spend as (
    select * from {{ ref('fct_spend') }}
),

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

models as (
    {{ rows_of(attribution_models(), 'model') }}
),

bases as (
    {{ rows_of(['lead_cohort', 'cash_date'], 'basis') }}
),

-- an absent campaign is an empty text until the end, for nothing joins on NULL
sum_credits as (
    select
        account_id,
        cash_month,
        cohort_month,
        channel,
        coalesce(campaign_key, '') as campaign_key,
        model,
        currency,
        sum(amount) filter (where payment_class = 'customer_payment') as revenue,
        sum(amount) filter (where payment_class = 'customer_refund') as refunds,
        -- exact, so that the order of adding changes nothing
        sum({{ exact_weight('weight') }}) filter (where is_first_payment) as cohort_deals,
        sum({{ exact_weight('weight') }}) filter (where is_first_in_month) as cash_deals
    from credits
    group by all
),

sum_months as (
    select
        sum_credits.account_id,
        case
            when bases.basis = 'cash_date' then sum_credits.cash_month
            else sum_credits.cohort_month
        end as month,
        sum_credits.channel,
        sum_credits.campaign_key,
        bases.basis,
        sum_credits.model,
        sum_credits.currency,
        sum(
            case
                when bases.basis = 'cash_date' then sum_credits.cash_deals
                else sum_credits.cohort_deals
            end
        ) as deals,
        sum(sum_credits.revenue) as revenue,
        sum(sum_credits.refunds) as refunds
    from sum_credits
    cross join bases
    group by all
),

sum_spend as (
    select
        account_id,
        {{ month_of('spend_on') }} as month,
        channel,
        coalesce(campaign_key, '') as campaign_key,
        currency,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as spend
    from spend
    group by all
),

-- what was spent does not depend on how revenue is credited
repeat_spend as (
    select
        sum_spend.*,
        bases.basis,
        models.model
    from sum_spend
    cross join bases
    cross join models
),

join_parts as (
    select
        account_id,
        month,
        channel,
        campaign_key,
        basis,
        model,
        currency,
        cast({{ zero_if_money_is_known('sum_months.deals') }} as double) as deals,
        {{ zero_if_money_is_known('sum_months.revenue') }} as revenue,
        {{ zero_if_money_is_known('sum_months.refunds') }} as refunds,
        repeat_spend.spend
    from sum_months
    full outer join repeat_spend
        using (account_id, month, channel, campaign_key, basis, model, currency)
),

total_months as (
    select
        *,
        revenue + refunds as net_revenue,
        sum(revenue + refunds) over month_total as month_revenue,
        sum(
            case
                when channel in {{ channels_without_source() }} then 0
                else revenue + refunds
            end
        ) over month_total as known_revenue,
        sum(revenue + refunds) over channel_total as channel_revenue,
        sum(case when campaign_key <> '' then revenue + refunds else 0 end) over channel_total
            as campaigns_revenue
    from join_parts
    window
        month_total as (partition by account_id, month, basis, model, currency),
        channel_total as (partition by account_id, month, basis, model, currency, channel)
),

add_coverage as (
    select
        *,
        cast(known_revenue as double) / nullif(month_revenue, 0) as coverage,
        cast(campaigns_revenue as double) / nullif(channel_revenue, 0) as campaign_coverage
    from total_months
),

-- a campaign's ratio needs both: channels for the month's money, campaigns for the channel's
judge_coverage as (
    select
        *,
        least(coalesce(coverage, 1), coalesce(campaign_coverage, 1))
        >= {{ var('minimum_coverage') }} as is_covered
    from add_coverage
)

select
    -- ids
    judge_coverage.account_id,
    nullif(judge_coverage.campaign_key, '') as campaign_key,
    -- strings
    campaigns.campaign_name,
    judge_coverage.model,
    judge_coverage.basis,
    judge_coverage.channel,
    -- numbers
    judge_coverage.deals,
    -- money
    {{ money('judge_coverage.revenue') }} as revenue,
    {{ money('judge_coverage.refunds') }} as refunds,
    {{ money('judge_coverage.net_revenue') }} as net_revenue,
    {{ money('judge_coverage.spend') }} as spend,
    judge_coverage.currency,
    -- ratios
    case
        when judge_coverage.is_covered
            then cast(judge_coverage.net_revenue as double) / nullif(judge_coverage.spend, 0)
    end as roas,
    case
        when judge_coverage.is_covered and judge_coverage.net_revenue > 0
            then cast(judge_coverage.spend as double) / judge_coverage.net_revenue
    end as drr,
    judge_coverage.coverage,
    judge_coverage.campaign_coverage,
    -- days
    judge_coverage.month
from judge_coverage
left join campaigns
    on
        judge_coverage.account_id = campaigns.account_id
        and judge_coverage.campaign_key = campaigns.campaign_key
