"""Spend and customers' money by named buckets, the whole period."""

from collections.abc import Sequence
from decimal import Decimal

import duckdb

from reporting.ratio import Absent, Ratio
from reporting.view import Ledger, Ledgers
from reporting.view.ledger import LedgerRow

CUSTOMERS = "customers"  # the row of the bank's table that the payments' table takes apart
_ROUNDING = "rounding"
_FAR_END = 99

_SPEND = """
select bucket, sum(rows), sum(amount) from marts.rpt_spend_ledger
where currency = getvariable('company_currency')
group by bucket
"""

# customers' money by the rule that found its deal, or by the reason that it has none
_PAYMENTS = """
select
    case when bucket = 'allocated' then 'by_' || method_group else bucket end, sum(rows),
    sum(amount)
from marts.rpt_payment_ledger
where currency = getvariable('company_currency')
group by 1
"""

# best explained first; a bucket that is not listed stands after them
_ORDER = (
    *("paid_deals", "deals_unpaid", "deals_payment_unknown", "without_deals", "no_campaign"),
    *("unknown_cost", "surcharge"),
    *("by_manual", "by_deal", "by_invoice", "by_inn", "by_refund", "by_other"),
    *("unallocated_remainder", "unallocated_review", "unallocated_ambiguous"),
    *("unallocated_no_candidate", "unallocated_manual"),
    CUSTOMERS,
)

_Bucket = tuple[str, int, Decimal]


def read(con: duckdb.DuckDBPyConnection, absent: Absent) -> Ledgers:
    """Sums in the company's currency."""
    spend = [_bucket(*row) for row in con.execute(_SPEND).fetchall()]
    told = [_bucket(*row) for row in con.execute(_PAYMENTS).fetchall()]
    of_customers = [row for row in told if row[0].startswith(("by_", "unallocated_"))]
    other = [row for row in told if row not in of_customers]
    customers = (CUSTOMERS, sum(row[1] for row in of_customers), _sum(of_customers))
    return Ledgers(
        spend=None if absent.spend else _ledger(spend),
        payments=None if absent.money else _ledger(of_customers),
        bank=None if absent.money else _ledger([customers, *other] if told else []),
    )


def _bucket(kind: str, rows: int, amount: Decimal) -> _Bucket:
    return kind, int(rows), Decimal(amount)


def _sum(buckets: Sequence[_Bucket]) -> Decimal:
    return sum((amount for _, _, amount in buckets), Decimal(0))


def _ledger(buckets: Sequence[_Bucket]) -> Ledger:
    named = [row for row in buckets if row[0] != _ROUNDING]
    whole = _sum(named)
    rows = [
        LedgerRow(kind, count, amount, Ratio.of(amount, whole, "no_money", "no_money"))
        for kind, count, amount in named
    ]
    places = {kind: place for place, kind in enumerate(_ORDER)}
    rows.sort(key=lambda row: (places.get(row.kind, _FAR_END), -abs(row.amount), row.kind))
    count = sum(row.rows for row in rows)
    total = LedgerRow("total", count, whole, Ratio.of(whole, whole, "no_money", "no_money"))
    rounding = _sum([row for row in buckets if row[0] == _ROUNDING])
    return Ledger(tuple(rows), total, rounding)
