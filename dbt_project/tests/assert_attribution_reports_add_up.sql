-- In each basis and model the report of attribution has all customer money; campaigns sum to their
-- channels, spend too; model deal_source is the report of revenue by channel.
with money as (
    select coalesce(sum(amount), 0) as amount
    from {{ ref('int_money__customer_money') }}
),

models as (
    {{ rows_of(attribution_models(), 'model') }}
),

bases as (
    {{ rows_of(['lead_cohort', 'cash_date'], 'basis') }}
),

channels as (
    select
        model,
        basis,
        month,
        channel,
        currency,
        net_revenue,
        spend,
        deals
    from {{ ref('rpt_attribution') }}
),

campaigns as (
    select
        model,
        basis,
        month,
        channel,
        currency,
        sum(net_revenue) as net_revenue,
        sum(spend) as spend,
        sum(deals) as deals
    from {{ ref('rpt_attribution_campaigns') }}
    group by model, basis, month, channel, currency
),

sources as (
    select
        'deal_source' as model,
        basis,
        month,
        channel,
        currency,
        net_revenue,
        spend,
        paying_deals as deals
    from {{ ref('rpt_revenue_by_channel') }}
),

sum_channels as (
    select
        model,
        basis,
        sum(net_revenue) as net_revenue
    from channels
    group by model, basis
),

compare_totals as (
    select
        'all money' as what,
        models.model,
        bases.basis,
        cast(null as date) as month,
        cast(null as string) as channel,
        sum_channels.net_revenue as here,
        money.amount as there
    from models
    cross join bases
    cross join money
    left join sum_channels
        on
            models.model = sum_channels.model
            and bases.basis = sum_channels.basis
    where coalesce(sum_channels.net_revenue, 0) <> money.amount
),

{% for name, side in [('campaigns', 'campaigns'), ('sources', 'sources')] %}
    compare_{{ name }} as (
        select
            '{{ name }}' as what,
            model,
            basis,
            month,
            channel,
            channels.net_revenue as here,
            {{ side }}.net_revenue as there
        from {% if name == 'sources' %}(
            select * from channels
            where model = 'deal_source'
        ) as {% endif %}channels
        full outer join {{ side }} using (model, basis, month, channel, currency)
        where
            coalesce(channels.net_revenue, 0) <> coalesce({{ side }}.net_revenue, 0)
            or coalesce(channels.spend, 0) <> coalesce({{ side }}.spend, 0)
            or abs(coalesce(channels.deals, 0) - coalesce({{ side }}.deals, 0)) > 1e-6
    ),

{% endfor %}
compare as (
    select * from compare_totals
    union all
    select * from compare_campaigns
    union all
    select * from compare_sources
)

select * from compare
