"""Totals that reports make in two ways, as ``quality.fct_report_ties`` compares them."""

from decimal import Decimal

import duckdb

from reporting.ratio import Absent, Why
from reporting.view import Tie

_NOTHING = (Decimal(0), Decimal(0))


def read(con: duckdb.DuckDBPyConnection, absent: Absent) -> tuple[Tie, ...]:
    """Every tie, in the order of the page; what is absent is None on both sides.

    The mart has a row only where there is something to compare: the other ties are idle.
    """
    rows = con.execute(
        "select tie_id, left_total, right_total from quality.fct_report_ties"
    ).fetchall()
    found = {tie_id: (left, right) for tie_id, left, right in rows}

    def totals(tie_id: str, why: Why | None) -> tuple[Decimal | None, Decimal | None]:
        return (None, None) if why else found.get(tie_id, _NOTHING)

    def counts(tie_id: str) -> tuple[int | None, int | None]:
        left, right = totals(tie_id, absent.deals)
        return _count(left), _count(right)

    return (
        Tie("leads", *counts("leads")),
        Tie("credit", *totals("credit", absent.deals)),
        Tie("losses", *counts("losses")),
        Tie("money_cash", *totals("money_cash", absent.money)),
        Tie("money_cohort", *totals("money_cohort", absent.money)),
        Tie("money_payback", *totals("money_payback", absent.money)),
        Tie("money_models", *totals("money_models", absent.explained)),
        Tie("money_ledger", *totals("money_ledger", absent.money)),
        Tie("spend_cash", *totals("spend_cash", absent.spend)),
        Tie("spend_cohort", *totals("spend_cohort", absent.spend)),
        Tie("spend_payback", *totals("spend_payback", absent.spend)),
        Tie("spend_ledger", *totals("spend_ledger", absent.spend)),
    )


def _count(number: Decimal | None) -> int | None:
    return None if number is None else int(number)
