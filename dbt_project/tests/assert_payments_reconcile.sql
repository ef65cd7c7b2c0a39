-- Every kopeck that any feed of money brought is in fct_payments or, by name, a duplicate of a row
-- of another feed; and the customers' part of it is in each basis of the report.
with movements as (
    select * from {{ ref('int_money__movements') }}
),

fed as (
    {% for feed in money_feeds() %}
        select
            source,
            direction,
            currency,
            sum(amount) as amount,
            -- a fee leaves the account that its payment came to
            sum(case when direction = 'in' and fee > 0 then fee else 0 end) as fees
        from {{ ref('int_money__' ~ feed ~ '_movements') }}
        group by source, direction, currency
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

fed_totals as (
    select
        source,
        direction,
        currency,
        sum(amount) as amount
    from (
        select
            source,
            direction,
            currency,
            amount
        from fed
        union all
        select
            source,
            'out' as direction,
            currency,
            fees as amount
        from fed
        where fees > 0
    ) as both_parts
    group by source, direction, currency
),

duplicate_totals as (
    select
        source,
        direction,
        currency,
        sum(amount) as amount
    from movements
    where is_duplicate
    group by source, direction, currency
),

fact_totals as (
    select
        source,
        direction,
        currency_original as currency,
        sum(abs(amount_original)) as amount
    from {{ ref('fct_payments') }}
    group by source, direction, currency_original
),

compare_feeds as (
    select
        source || ' ' || direction as part,
        currency,
        coalesce(fed_totals.amount, 0) as expected_amount,
        coalesce(fact_totals.amount, 0) + coalesce(duplicate_totals.amount, 0) as found_amount
    from fed_totals
    full outer join fact_totals using (source, direction, currency)
    left join duplicate_totals using (source, direction, currency)
),

bases as (
    select 'lead_cohort' as basis
    union all
    select 'cash_date' as basis
),

customer_totals as (
    select
        currency,
        sum({{ by_vat_policy('amount', 'amount_net') }}) as amount
    from {{ ref('fct_payments') }}
    where payment_class in ('customer_payment', 'customer_refund')
    group by currency
),

report_totals as (
    select
        currency,
        basis,
        sum(net_revenue) as amount
    from {{ ref('rpt_revenue_by_channel') }}
    group by currency, basis
),

customer_bases as (
    select
        customer_totals.currency,
        bases.basis,
        customer_totals.amount
    from customer_totals
    cross join bases
),

compare_report as (
    select
        basis as part,
        currency,
        coalesce(customer_bases.amount, 0) as expected_amount,
        coalesce(report_totals.amount, 0) as found_amount
    from customer_bases
    full outer join report_totals using (currency, basis)
),

compare as (
    select * from compare_feeds
    union all
    select * from compare_report
)

select * from compare
where expected_amount <> found_amount
