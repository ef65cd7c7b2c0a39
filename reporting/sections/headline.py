"""How much of the customers' money is explained, and what stands behind it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import duckdb

from reporting.ratio import Absent, drr
from reporting.sections.money import split, unknown_parts
from reporting.view import Headline, LeadRow, VatPolicy

# Amounts by the VAT policy that the reports follow, or the page would not tie.
_LEDGER = """
select
    coalesce(sum(case when $is_net then amount_net else amount end), 0)::decimal(18, 2),
    count(*) filter (where payment_class = 'customer_payment'),
    count(*) filter (where payment_class = 'customer_refund')
from marts.fct_payments
where
    payment_class in ('customer_payment', 'customer_refund')
    and currency = getvariable('company_currency')
"""

_CHANNELS = """
select channel, net_revenue from marts.rpt_revenue_by_channel
where basis = 'cash_date' and currency = getvariable('company_currency')
"""

_IS_MONEY_KNOWN = """
select count(*) = 0 or count(net_revenue) > 0 from marts.rpt_revenue_by_channel
"""

# The report's own spend, not the cabinets' table: it follows the company's VAT policy.
_SPEND = """
select
    (
        select sum(spend) from marts.rpt_revenue_by_channel
        where basis = 'cash_date' and currency = getvariable('company_currency')
    ),
    (select count(distinct (cabinet, campaign_id)) from marts.fct_spend)
"""

_CABINETS = """
with spend as (
    select
        case when $is_net then cost_net else cost_gross end + surcharge as cost,
        is_provisional, spend_on
    from marts.fct_spend
    where currency = getvariable('company_currency')
)

select
    sum(cost)::decimal(18, 2), (sum(cost) filter (where is_provisional))::decimal(18, 2),
    min(spend_on) filter (where is_provisional)
from spend
"""


def customer_money(
    con: duckdb.DuckDBPyConnection, vat_policy: VatPolicy, absent: Absent
) -> Decimal | None:
    """Payments less refunds by the ledger itself, whatever was allocated.

    None where the ledger is empty because no source of payments is on: the channels' amounts are
    NULL then.
    """
    if absent.money:
        return None
    row, known = _ledger(con, vat_policy), con.execute(_IS_MONEY_KNOWN).fetchone()
    assert known is not None
    return Decimal(row[0]) if known[0] or row[1] or row[2] else None


def cabinets_spend(
    con: duckdb.DuckDBPyConnection, vat_policy: VatPolicy, absent: Absent
) -> Decimal | None:
    """What the cabinets themselves add up to; None where they are absent or say nothing."""
    return None if absent.spend else _cabinets(con, vat_policy)[0]


def read(
    con: duckdb.DuckDBPyConnection,
    leads: LeadRow,
    channels: Sequence[LeadRow],
    vat_policy: VatPolicy,
    absent: Absent,
    *,
    is_money_whole: bool,
) -> Headline:
    ledger, spend = _ledger(con, vat_policy), con.execute(_SPEND).fetchone()
    assert spend is not None
    money = customer_money(con, vat_policy, absent)
    spent, campaigns = (None, None) if absent.spend else spend
    _, provisional, provisional_from = _cabinets(con, vat_policy)
    known = sum(row.leads for row in channels if row.channel not in ("unknown", "unassigned"))
    why = absent.explained or (absent.unknown_money if money is None else None)
    return Headline(
        absent=absent,
        money=money,
        is_money_whole=is_money_whole,
        payments=None if money is None else ledger[1],
        refunds=None if money is None else ledger[2],
        parts=unknown_parts(why) if why else split(con.execute(_CHANNELS).fetchall()),
        leads=None if absent.deals else leads.leads,
        leads_with_source=None if absent.deals else known,
        won=None if absent.deals else leads.won,
        spend=spent,
        provisional_spend=None if absent.spend else provisional,
        provisional_from=provisional_from,
        campaigns=campaigns,
        drr=drr(spent, money, absent),
    )


def _cabinets(
    con: duckdb.DuckDBPyConnection, vat_policy: VatPolicy
) -> tuple[Decimal | None, Decimal | None, date | None]:
    row = con.execute(_CABINETS, {"is_net": vat_policy == "net"}).fetchone()
    assert row is not None
    return row


def _ledger(con: duckdb.DuckDBPyConnection, vat_policy: VatPolicy) -> tuple[Decimal, int, int]:
    row = con.execute(_LEDGER, {"is_net": vat_policy == "net"}).fetchone()
    assert row is not None
    return row
