"""Who earned the money of won deals, by every rule at once."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import duckdb

from reporting.ratio import Absent, Ratio
from reporting.sections.money import total
from reporting.view.sales import CreditRow, CreditTable

_RULES = ("closer", "originator", "share_time", "current_responsible")


def read(
    con: duckdb.DuckDBPyConnection, measure: Literal["price", "paid"], absent: Absent
) -> CreditTable:
    """``price`` of the cards, or what was ``paid`` less refunds."""
    columns = ", ".join(f"sum({rule}_{measure})" for rule in _RULES)
    rows = con.execute(
        f"""
        select max(user_name), {columns} from marts.rpt_manager_credit
        where currency = getvariable('company_currency')
        group by account_id, user_id
        """  # noqa: S608
    ).fetchall()
    if measure == "paid" and absent.money:  # the models put zeros where no payment was loaded
        rows = [(name, None, None, None, None) for name, *_ in rows]
    found = [_row(name, amounts, absent) for name, *amounts in rows]
    found.sort(key=lambda row: (-row.most, row.name))
    return CreditTable(tuple(found), _row("", [total(column) for column in _columns(rows)], absent))


def _columns(rows: list[tuple[Decimal | None, ...]]) -> Iterable[list[Decimal | None]]:
    return ([row[place] for row in rows] for place in range(1, 1 + len(_RULES)))


def _row(name: str, amounts: list[Decimal | None], absent: Absent) -> CreditRow:
    closer, originator, share_time, current = (
        Ratio.known(amount, absent.unknown_money) for amount in amounts
    )
    known = None not in (closer.value, current.value)
    gap = (current.value or Decimal(0)) - (closer.value or Decimal(0))
    difference = Ratio.known(gap if known else None, absent.unknown_money)
    return CreditRow(name, closer, originator, share_time, current, difference)
