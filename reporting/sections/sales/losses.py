"""Why deals are lost."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import duckdb

from reporting.ratio import Ratio
from reporting.view.sales import Losses, LossRow

TOP = 10  # reasons by name; what is smaller goes into one row

_REASONS = """
select
    nullif(loss_reason, '__none__'), bool_or(is_other), sum(deals),
    coalesce(sum(price_sum) filter (where currency = getvariable('company_currency')), 0)
from marts.rpt_loss_reasons
group by nullif(loss_reason, '__none__')
order by sum(deals) desc, nullif(loss_reason, '__none__')
"""


def read(con: duckdb.DuckDBPyConnection) -> Losses:
    """Reasons, the most frequent first; deals without one are a row of their own, the last."""
    raw = con.execute(_REASONS).fetchall()
    whole = int(sum(row[2] for row in raw))
    rows = [
        _row(name, int(deals), money, whole, is_other=is_other)
        for name, is_other, deals, money in raw
    ]
    named = [row for row in rows if row.name is not None]
    unnamed = [row for row in rows if row.name is None]
    top, tail = named[:TOP], named[TOP:]
    if len(tail) == 1:  # a row standing for one row only hides its name
        top, tail = named, []
    rest = [_merge(tail, whole, len(tail))] if tail else []
    return Losses(
        rows=(*top, *rest, *unnamed),
        total=_merge(rows, whole),
        without=_share(unnamed, whole),
        other=_share([row for row in named if row.is_other], whole),
    )


def _row(
    name: str | None, deals: int, money: Decimal, whole: int, *, is_other: bool = False
) -> LossRow:
    share = Ratio.of(deals, whole, "no_losses", "no_losses")
    return LossRow(name, deals, money, share, is_other)


def _merge(rows: Sequence[LossRow], whole: int, merged: int = 0) -> LossRow:
    money = sum((row.money for row in rows), Decimal(0))
    return replace(_row("", sum(row.deals for row in rows), money, whole), merged=merged)


def _share(rows: Sequence[LossRow], whole: int) -> Ratio:
    return Ratio.of(sum(row.deals for row in rows), whole, "no_losses", "no_losses")
