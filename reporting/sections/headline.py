"""How much of the customers' money is explained, and what stands behind it."""

from collections.abc import Sequence
from decimal import Decimal

import duckdb

from reporting.ratio import drr
from reporting.sections.money import split
from reporting.view import Headline, LeadRow, VatPolicy

# Amounts by the VAT policy that the reports follow, or the page would not tie.
_LEDGER = """
select
    coalesce(sum(case when $is_net then amount_net else amount end), 0)::decimal(18, 2),
    count(*) filter (where payment_class = 'customer_payment'),
    count(*) filter (where payment_class = 'customer_refund')
from marts.fct_payments
where payment_class in ('customer_payment', 'customer_refund')
"""

_CHANNELS = """
select channel, net_revenue from marts.rpt_revenue_by_channel where basis = 'cash_date'
"""

_IS_MONEY_KNOWN = """
select count(*) = 0 or count(net_revenue) > 0 from marts.rpt_revenue_by_channel
"""

# The report's own spend, not the cabinets' table: it follows the company's VAT policy.
_SPEND = """
select
    (select sum(spend) from marts.rpt_revenue_by_channel where basis = 'cash_date'),
    (select count(distinct (cabinet, campaign_id)) from marts.fct_spend)
"""


def customer_money(con: duckdb.DuckDBPyConnection, vat_policy: VatPolicy) -> Decimal | None:
    """Payments less refunds by the ledger itself, whatever was allocated.

    None where the ledger is empty because no source of payments is on: the channels' amounts are
    NULL then.
    """
    row, known = _ledger(con, vat_policy), con.execute(_IS_MONEY_KNOWN).fetchone()
    assert known is not None
    return Decimal(row[0]) if known[0] or row[1] or row[2] else None


def read(
    con: duckdb.DuckDBPyConnection,
    leads: LeadRow,
    channels: Sequence[LeadRow],
    vat_policy: VatPolicy,
) -> Headline:
    ledger, spend = _ledger(con, vat_policy), con.execute(_SPEND).fetchone()
    assert spend is not None
    money = customer_money(con, vat_policy)
    known = sum(row.leads for row in channels if row.channel not in ("unknown", "unassigned"))
    return Headline(
        money=money,
        payments=ledger[1],
        refunds=ledger[2],
        parts=split(con.execute(_CHANNELS).fetchall()),
        leads=leads.leads,
        leads_with_source=known,
        won=leads.won,
        spend=spend[0],
        campaigns=spend[1],
        drr=drr(spend[0], money),
    )


def _ledger(con: duckdb.DuckDBPyConnection, vat_policy: VatPolicy) -> tuple[Decimal, int, int]:
    row = con.execute(_LEDGER, {"is_net": vat_policy == "net"}).fetchone()
    assert row is not None
    return row
