-- Every lost live deal, and its price, is in one row of reasons and in the shares of both scopes.
with deals as (
    select
        account_id,
        currency,
        count(*) as deals,
        coalesce(sum(price), 0) as price_sum
    from {{ ref('fct_deals') }}
    where status = 'lost' and not is_deleted
    group by account_id, currency
),

reports as (
    select
        'rpt_loss_reasons' as report,
        account_id,
        currency,
        sum(deals) as deals,
        sum(price_sum) as price_sum
    from {{ ref('rpt_loss_reasons') }}
    group by account_id, currency

    union all

    select
        'rpt_loss_reason_shares, ' || scope as report,
        account_id,
        currency,
        sum(deals) as deals,
        sum(price_sum) as price_sum
    from {{ ref('rpt_loss_reason_shares') }}
    group by scope, account_id, currency
),

names as (
    select 'rpt_loss_reasons' as report
    union all
    select 'rpt_loss_reason_shares, stage' as report
    union all
    select 'rpt_loss_reason_shares, pipeline' as report
),

expected as (
    select
        names.report,
        deals.*
    from deals
    cross join names
)

select
    report,
    account_id,
    currency,
    expected.deals as deals_lost,
    reports.deals as deals_reported,
    expected.price_sum as price_lost,
    reports.price_sum as price_reported
from expected
full outer join reports using (report, account_id, currency)
where
    coalesce(expected.deals, 0) <> coalesce(reports.deals, 0)
    or coalesce(expected.price_sum, 0) <> coalesce(reports.price_sum, 0)
