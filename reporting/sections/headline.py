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

_PROVISIONAL = """
select
    sum(case when $is_net then cost_net else cost_gross end + surcharge)::decimal(18, 2),
    min(spend_on)
from marts.fct_spend
where is_provisional and currency = getvariable('company_currency')
"""


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
    money = _customer_money(con, ledger, absent)
    spent, campaigns = (None, None) if absent.spend else spend
    provisional, provisional_from = _provisional(con, vat_policy)
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


def _customer_money(
    con: duckdb.DuckDBPyConnection, ledger: tuple[Decimal, int, int], absent: Absent
) -> Decimal | None:
    """Payments less refunds by the ledger itself, whatever was allocated.

    None where the ledger is empty because no source of payments is on: the channels' amounts are
    NULL then.
    """
    if absent.money:
        return None
    known = con.execute(_IS_MONEY_KNOWN).fetchone()
    assert known is not None
    return Decimal(ledger[0]) if known[0] or ledger[1] or ledger[2] else None


def _provisional(
    con: duckdb.DuckDBPyConnection, vat_policy: VatPolicy
) -> tuple[Decimal | None, date | None]:
    row = con.execute(_PROVISIONAL, {"is_net": vat_policy == "net"}).fetchone()
    assert row is not None
    return row


def _ledger(con: duckdb.DuckDBPyConnection, vat_policy: VatPolicy) -> tuple[Decimal, int, int]:
    row = con.execute(_LEDGER, {"is_net": vat_policy == "net"}).fetchone()
    assert row is not None
    return row
