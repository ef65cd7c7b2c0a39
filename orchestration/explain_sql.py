"""Queries of ``explain`` over the published copy; a parameter stands as ``$name``."""

# names that a question may use
CHANNELS = """
select channel from seeds.channels
union
select distinct channel from marts.fct_money_trail where channel is not null
order by 1
"""
MODELS = "select distinct model from marts.rpt_attribution order by 1"
SPEND_BUCKETS = "select distinct bucket from marts.rpt_spend_ledger order by 1"
PAYMENT_BUCKETS = "select distinct bucket from marts.rpt_payment_ledger order by 1"
SPEND_SOURCES = "select distinct source from marts.rpt_spend_ledger order by 1"
PAYMENT_SOURCES = "select distinct source from marts.rpt_payment_ledger order by 1"

# cells
REVENUE_CELL = """
select net_revenue, spend from marts.rpt_revenue_by_channel
where channel = $channel and month = $month and basis = $basis and currency = $currency
"""
PAYBACK_CELL = """
select net_revenue, spend from marts.rpt_payback_by_lead_cohort
where dimension = 'channel' and dimension_key = $channel and month = $month
    and currency = $currency
"""
PAYBACK_MONTHS = """
select distinct month from marts.rpt_payback_by_lead_cohort
where dimension = 'channel' and dimension_key = $channel and currency = $currency order by 1
"""
REVENUE_MONTHS = """
select distinct month from marts.rpt_revenue_by_channel
where channel = $channel and basis = $basis and currency = $currency order by 1
"""
_IN_CELL = """
    model = $model and channel = $channel and currency = $currency
    and case when $basis = 'cash_date' then cash_month else cohort_month end = $month
"""
ATTRIBUTION_CELL = """
select net_revenue, spend from marts.rpt_attribution
where model = $model and channel = $channel and month = $month and basis = $basis
    and currency = $currency
"""
ATTRIBUTION_MONTHS = """
select distinct month from marts.rpt_attribution
where model = $model and channel = $channel and basis = $basis and currency = $currency order by 1
"""
LEADS_CELL = """
select sum(leads) from marts.rpt_leads_by_source
where channel = $channel and date_trunc('month', created_on) = $month
"""
LEADS_MONTHS = """
select distinct cast(date_trunc('month', created_on) as date) from marts.rpt_leads_by_source
where channel = $channel order by 1
"""

# the way of the money
TRAIL_PAYMENTS = f"""
select payment_id, booked_on, payment_source, counterparty_name, purpose,
       any_value(payment_amount) as payment_amount, sum(amount) as amount,
       payment_raw_table as raw_table, payment_load_id as load_id, payment_loaded_at as loaded_at
from marts.fct_money_trail where {_IN_CELL}
group by all order by booked_on, payment_id
"""  # noqa: S608
TRAIL_ALLOCATIONS = f"""
select payment_id, deal_id, coalesce(method, bucket) as method, score, evidence,
       any_value(allocated_amount) as allocated_amount, sum(amount) as amount
from marts.fct_money_trail where {_IN_CELL}
group by payment_id, deal_id, coalesce(method, bucket), score, evidence, booked_on
order by booked_on, payment_id, deal_id
"""  # noqa: S608
TRAIL_DEALS = f"""
select deal_id, deal_name, deal_status, deal_created_on, deal_price, source_rule, evidence_kind,
       evidence_id, deal_channel, sum(amount) as amount, deal_url, deal_raw_table as raw_table,
       deal_load_id as load_id, deal_loaded_at as loaded_at
from marts.fct_money_trail where {_IN_CELL}
group by all order by deal_created_on, deal_id
"""  # noqa: S608
# the deal's own marks stand where no touch shares the money
SOURCE_DEALS = f"""
select deal_id, deal_name, deal_status, deal_created_on, deal_price, source_rule, evidence_kind,
       evidence_id, evidence_raw_table, evidence_load_id, utm_source, utm_medium, utm_campaign,
       utm_content, utm_term, campaign_key, campaign_day_spend, sum(amount) as amount, deal_url,
       deal_raw_table as raw_table,
       deal_load_id as load_id, deal_loaded_at as loaded_at
from marts.fct_money_trail where {_IN_CELL}
group by all order by deal_created_on, deal_id
"""  # noqa: S608
TRAIL_TOUCHES = f"""
select deal_id, payment_id, touch_id, touched_at, touch_kind, stitch_rule, utm_source, utm_medium,
       utm_campaign, utm_content, utm_term, campaign_key, campaign_day_clicks, campaign_day_spend,
       weight, amount, touch_raw_table as raw_table, touch_load_id as load_id,
       touch_loaded_at as loaded_at
from marts.fct_money_trail where {_IN_CELL}
order by deal_id, payment_id, touched_at, touch_id
"""  # noqa: S608
COHORT_AGES = f"""
select date_diff('month', cohort_month, cash_month) as months_later, cash_month,
       count(distinct payment_id) as payments, count(distinct deal_id) as deals,
       sum(amount) as amount
from marts.fct_money_trail where {_IN_CELL}
group by all order by cash_month
"""  # noqa: S608
CHANNEL_SPEND = """
select source, cabinet, campaign_key, any_value(campaign_name) as campaign_name, part, bucket,
       min(spend_on) as first_on, max(spend_on) as last_on, count(*) as days, sum(clicks) as clicks,
       max(deals) as deals, max(paid_deals) as paid_deals, sum(amount) as amount,
       any_value(raw_table) as raw_table, max(load_id) as load_id, max(loaded_at) as loaded_at
from marts.fct_spend_entries
where channel = $channel and date_trunc('month', spend_on) = $month and currency = $currency
group by source, cabinet, campaign_key, part, bucket, utm_source, utm_medium, utm_campaign
order by amount desc, campaign_key
"""
LEADS = """
select deals.deal_id, deals.deal_name, deals.created_at, deals.status, deals.price,
       deals.source_rule, deals.utm_source, deals.utm_medium, deals.utm_campaign, deals.utm_content,
       deals.utm_term, deals.campaign_key, deals.join_method, deals.paid_amount, deals.deal_url,
       records.raw_table, records.load_id, records.loaded_at
from marts.fct_deals as deals
left join marts.fct_record_loads as records
    on records.record_kind = 'deal' and deals.account_id = records.account_id
    and deals.source_deal_id = records.record_id
where not deals.is_deleted and deals.channel = $channel
    and date_trunc('month', deals.created_on) = $month
order by deals.created_at, deals.deal_id
"""

# ledgers
_SPEND_CELL = """
    currency = $currency
    and ($month is null or date_trunc('month', spend_on) = $month)
    and ($day is null or spend_on = $day)
    and ($source is null or source = $source)
    and ($bucket is null or bucket = $bucket)
"""
_PAYMENT_CELL = _SPEND_CELL.replace("spend_on", "booked_on")
SPEND_CELL = f"""
select
    (select sum(amount) from marts.rpt_spend_ledger where {_SPEND_CELL}),
    (
        select sum(source_total) from (
            select distinct source, cabinet, part, currency_original, spend_on, source_total
            from marts.rpt_spend_ledger where {_SPEND_CELL}
        )
    )
"""  # noqa: S608
SPEND_LINES = f"""
select source, cabinet, part, bucket, sum(rows) as rows, sum(amount) as amount
from marts.rpt_spend_ledger where {_SPEND_CELL}
group by all order by source, cabinet, part, bucket
"""  # noqa: S608
SPEND_ROWS = f"""
select spend_on, source, cabinet, campaign_key, campaign_name, part, bucket, clicks, deals,
       paid_deals, amount, raw_table, load_id, loaded_at
from marts.fct_spend_entries where {_SPEND_CELL}
union all
select spend_on, source, cabinet, null, null, part, bucket, null, null, null, amount, null, null,
       null
from marts.rpt_spend_ledger where bucket = 'rounding' and {_SPEND_CELL}
order by 1, 2, 3, 4 nulls last, 6, 7
"""  # noqa: S608
SPEND_MONTHS = """
select distinct cast(date_trunc('month', spend_on) as date) from marts.rpt_spend_ledger
where currency = $currency order by 1
"""
PAYMENT_CELL = f"""
select
    (select sum(amount) from marts.rpt_payment_ledger where {_PAYMENT_CELL}),
    (
        select sum(source_total) from (
            select distinct source, currency_original, booked_on, source_total
            from marts.rpt_payment_ledger where {_PAYMENT_CELL}
        )
    )
"""  # noqa: S608
PAYMENT_LINES = f"""
select source, bucket, method_group, sum(rows) as rows, sum(amount) as amount
from marts.rpt_payment_ledger where {_PAYMENT_CELL}
group by all order by source, bucket, method_group
"""  # noqa: S608
PAYMENT_ROWS = f"""
select booked_on, source, payment_id, bucket, method, deal_id, counterparty_name, purpose, amount,
       raw_table, load_id, loaded_at
from marts.fct_payment_entries where {_PAYMENT_CELL}
union all
select booked_on, source, null, bucket, null, null, null, null, amount, null, null, null
from marts.rpt_payment_ledger where bucket = 'rounding' and {_PAYMENT_CELL}
order by 1, 2, 3 nulls last, 4, 6
"""  # noqa: S608
PAYMENT_MONTHS = """
select distinct cast(date_trunc('month', booked_on) as date) from marts.rpt_payment_ledger
where currency = $currency order by 1
"""
