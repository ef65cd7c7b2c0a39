-- Whatever the rule, managers together have won what was won: every deal once, its money to the
-- kopeck, in the deal's own row and in the report.
{% set rules = ['closer', 'originator', 'share_time', 'share_stages'] %}

with won_deals as (
    select
        account_id,
        deal_id,
        price,
        paid_amount + refunded_amount as paid
    from {{ ref('fct_deals') }}
    where status = 'won' and not is_deleted
),

rules as (
    {% for rule in rules %}
        select '{{ rule }}' as rule
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

credited as (
    select
        account_id,
        deal_id,
        rule,
        sum(weight) as weight,
        sum(price_amount) as price,
        sum(paid_amount) as paid
    from {{ ref('fct_deal_credits') }}
    group by account_id, deal_id, rule
),

compare_deals as (
    select
        won_deals.deal_id,
        rules.rule,
        won_deals.price,
        credited.price as credited_price,
        won_deals.paid,
        credited.paid as credited_paid,
        abs(coalesce(credited.weight, 0) - 1) > 1e-9
        or coalesce(won_deals.price, 0) <> coalesce(credited.price, 0)
        or coalesce(won_deals.paid, 0) <> coalesce(credited.paid, 0) as is_wrong
    from won_deals
    cross join rules
    full outer join credited
        on
            won_deals.account_id = credited.account_id
            and won_deals.deal_id = credited.deal_id
            and rules.rule = credited.rule
),

report_totals as (
    {% for rule in rules + ['current_responsible'] %}
        select
            '{{ rule }}' as rule,
            coalesce(sum({{ rule }}_deals), 0) as deals,
            coalesce(sum({{ rule }}_price), 0) as price,
            coalesce(sum({{ rule }}_paid), 0) as paid
        from {{ ref('rpt_manager_credit') }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

deal_totals as (
    select
        count(*) as deals,
        coalesce(sum(price), 0) as price,
        coalesce(sum(paid), 0) as paid
    from won_deals
),

compare_report as (
    select
        cast(null as bigint) as deal_id,
        report_totals.rule,
        deal_totals.price,
        report_totals.price as credited_price,
        deal_totals.paid,
        report_totals.paid as credited_paid,
        abs(report_totals.deals - deal_totals.deals) > 1e-6
        or report_totals.price <> deal_totals.price
        or report_totals.paid <> deal_totals.paid as is_wrong
    from report_totals
    cross join deal_totals
),

compare as (
    select * from compare_deals
    union all
    select * from compare_report
)

select * from compare
where is_wrong
