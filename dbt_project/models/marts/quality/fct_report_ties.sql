{%- set crm = is_source_enabled('raw_amocrm') or is_file_feed_enabled('deals') -%}
{%- set bank = enabled_money_feeds() | length > 0 -%}
{%- set asked = [] -%}
{%- for feed in spend_feeds() if is_source_enabled('raw_' ~ feed) -%}
    {%- do asked.append(feed) -%}
{%- endfor -%}
{%- set ads = asked | length > 0 -%}
{#- tie, rule, whether it can be known, both relations, both totals, its name in two languages -#}
{%- set ties = [
    ('leads', 'leads', crm, 'rpt_leads_by_source', 'rpt_stage_conversion',
        'sum_leads.leads', 'sum_created.created',
        'лиды по источникам и в воронке', 'leads by source and in the funnel'),
    ('credit', 'credit', crm, 'rpt_manager_credit', 'fct_deals',
        'sum_credit.price', 'sum_deals.won_price',
        'суммы выигранных сделок по менеджерам', 'prices of won deals over managers'),
    ('losses', 'losses', crm, 'rpt_loss_reasons', 'fct_deals',
        'sum_losses.deals', 'sum_deals.lost',
        'проигранные сделки по причинам', 'lost deals by reason'),
    ('money_cash', 'revenue', bank, 'rpt_revenue_by_channel', 'fct_payments',
        'sum_channels.cash_revenue', 'sum_payments.amount',
        'выручка по дате оплаты', 'net revenue by date of payment'),
    ('money_cohort', 'revenue', bank, 'rpt_revenue_by_channel', 'fct_payments',
        'sum_channels.cohort_revenue', 'sum_payments.amount',
        'выручка по месяцу лида', 'net revenue by month of the lead'),
    ('money_payback', 'revenue', bank, 'rpt_payback_by_lead_cohort', 'fct_payments',
        'sum_payback.revenue', 'sum_payments.amount',
        'выручка в окупаемости каналов', 'net revenue by payback of channels'),
    ('money_models', 'revenue', bank and crm, 'rpt_attribution', 'fct_payments',
        'farthest_model.revenue', 'farthest_model.amount',
        'выручка в моделях атрибуции', 'net revenue by models of attribution'),
    ('money_ledger', 'revenue', bank, 'rpt_payment_ledger', 'fct_payments',
        'sum_buckets.amount', 'sum_payments.amount_gross',
        'деньги клиентов по корзинам', 'money of customers by bucket'),
    ('spend_cash', 'spend', ads, 'rpt_revenue_by_channel', 'fct_spend',
        'sum_channels.cash_spend', 'sum_cabinets.cost',
        'расход по дате оплаты', 'spend by date of payment'),
    ('spend_cohort', 'spend', ads, 'rpt_revenue_by_channel', 'fct_spend',
        'sum_channels.cohort_spend', 'sum_cabinets.cost',
        'расход по месяцу лида', 'spend by month of the lead'),
    ('spend_payback', 'spend', ads, 'rpt_payback_by_lead_cohort', 'fct_spend',
        'sum_payback.spend', 'sum_cabinets.cost',
        'расход в окупаемости каналов', 'spend by payback of channels'),
    ('spend_ledger', 'spend', ads, 'rpt_spend_ledger', 'fct_spend',
        'sum_spend_buckets.amount', 'sum_cabinets.cost',
        'расход по корзинам', 'spend by bucket'),
] -%}
{%- set currency -%} '{{ var("company_currency") }}' {%- endset -%}

with account as (
    select account_id from {{ ref('int_company__account') }}
),

sum_leads as (
    select sum(leads) as leads from {{ ref('rpt_leads_by_source') }}
),

-- the row with stage_order 0 stands for all deals created in a pipeline
sum_created as (
    select sum(entered) as created from {{ ref('rpt_stage_conversion') }}
    where view = 'imputed' and pipeline_id <> 0 and stage_order = 0
),

sum_deals as (
    select
        sum(price) filter (where status = 'won' and currency = {{ currency }}) as won_price,
        count(*) filter (where status = 'lost') as lost
    from {{ ref('fct_deals') }}
    where not is_deleted
),

sum_credit as (
    select sum(closer_price) as price from {{ ref('rpt_manager_credit') }}
    where currency = {{ currency }}
),

sum_losses as (
    select sum(deals) as deals from {{ ref('rpt_loss_reasons') }}
),

sum_channels as (
    select
        sum(net_revenue) filter (where basis = 'cash_date') as cash_revenue,
        sum(net_revenue) filter (where basis = 'lead_cohort') as cohort_revenue,
        sum(spend) filter (where basis = 'cash_date') as cash_spend,
        sum(spend) filter (where basis = 'lead_cohort') as cohort_spend
    from {{ ref('rpt_revenue_by_channel') }}
    where currency = {{ currency }}
),

sum_payback as (
    select
        sum(net_revenue) as revenue,
        sum(spend) as spend
    from {{ ref('rpt_payback_by_lead_cohort') }}
    where dimension = 'channel' and currency = {{ currency }}
),

sum_payments as (
    select
        sum({{ by_vat_policy('amount', 'amount_net') }}) as amount,
        sum(amount) as amount_gross
    from {{ ref('fct_payments') }}
    where
        payment_class in ('customer_payment', 'customer_refund')
        and currency = {{ currency }}
),

sum_models as (
    select
        model,
        sum(net_revenue) as revenue
    from {{ ref('rpt_attribution') }}
    where basis = 'cash_date' and currency = {{ currency }} and net_revenue is not null
    group by model
),

-- the model that is the farthest from the payments: where it agrees, all do
rank_models as (
    select
        sum_models.revenue,
        sum_payments.amount,
        row_number() over (
            order by
                abs(sum_models.revenue - coalesce(sum_payments.amount, 0)) desc, sum_models.model
        ) as place
    from sum_models
    cross join sum_payments
),

farthest_model as (
    select
        max(revenue) as revenue,
        max(amount) as amount
    from rank_models
    where place = 1
),

-- the bank's own amounts, whatever the VAT policy
sum_buckets as (
    select sum(amount) as amount from {{ ref('rpt_payment_ledger') }}
    where
        (bucket = 'allocated' or bucket like 'unallocated%')
        and currency = {{ currency }}
),

sum_cabinets as (
    select sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as cost
    from {{ ref('fct_spend') }}
    where currency = {{ currency }}
),

sum_spend_buckets as (
    select sum(amount) as amount from {{ ref('rpt_spend_ledger') }}
    where bucket <> 'rounding' and currency = {{ currency }}
),

put_side_by_side as (
    {% for tie, rule, is_known, left, right, left_total, right_total, ru, en in ties %}
        select
            '{{ tie }}' as tie_id,
            '{{ rule }}' as rule_group,
            '{{ left }}' as left_name,
            '{{ right }}' as right_name,
            {{ in_language(ru, en) }} as entity_name,
            cast({{ left_total if is_known else 'null' }} as decimal(18, 2)) as left_total,
            cast({{ right_total if is_known else 'null' }} as decimal(18, 2)) as right_total
        from {{ left_total.split('.')[0] }}
        {% if left_total.split('.')[0] != right_total.split('.')[0] %}
            cross join {{ right_total.split('.')[0] }}
        {% endif %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    -- ids
    account.account_id,
    ties.tie_id,
    cast(null as bigint) as deal_id,
    cast(null as bigint) as pipeline_id,
    cast(null as bigint) as stage_id,
    cast(null as bigint) as responsible_user_id,
    cast(null as bigint) as responsible_then_user_id,
    -- strings
    cast(null as string) as deal_name,
    cast(null as string) as deal_url,
    ties.entity_name,
    cast(null as string) as entity_url,
    cast(null as string) as pipeline_name,
    cast(null as string) as stage_name,
    cast(null as string) as responsible_name,
    cast(null as string) as channel,
    ties.left_name,
    ties.right_name,
    -- money
    ties.left_total,
    ties.right_total,
    -- leads and losses are counts, no money
    case
        when ties.rule_group in ('leads', 'losses') then cast(0 as decimal(18, 2))
        else
            cast(
                abs(coalesce(ties.left_total, 0) - coalesce(ties.right_total, 0))
                as decimal(18, 2)
            )
    end as money_at_stake,
    {{ currency }} as currency,
    -- booleans
    coalesce(ties.left_total, 0) = coalesce(ties.right_total, 0) as is_tied,
    ties.rule_group = 'leads' as is_leads,
    ties.rule_group = 'credit' as is_credit,
    ties.rule_group = 'losses' as is_losses,
    ties.rule_group = 'revenue' as is_revenue,
    ties.rule_group = 'spend' as is_spend
from put_side_by_side as ties
cross join account
-- where both sides are empty there is nothing to compare
where coalesce(ties.left_total, 0) <> 0 or coalesce(ties.right_total, 0) <> 0
