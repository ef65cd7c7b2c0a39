"""Charts of money: buckets of the ledgers, and how spend comes back."""

import math
from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from reporting.charts import FULL, Bar, strip
from reporting.charts_lines import Line, lines
from reporting.i18n import Wording
from reporting.palette import COLOURS
from reporting.svg import Drawing, draw
from reporting.view import Ledger, Payback
from reporting.view.payback import Curve

CURVES = 5  # of most spend
MONTHS_BEHIND = 3  # of leads behind a point; where fewer were ever spent on, all of them
LEAST = Decimal(
    "0.05"
)  # of all spend; the curve of a channel that costs next to nothing says little


def draw_ledger(
    name: str, title: str, ledger: Ledger | None, titles: Mapping[str, str], wording: Wording
) -> Drawing | None:
    """One bar cut into the buckets; ``titles`` has their names."""
    parts = [row for row in ledger.rows if row.amount > 0] if ledger else []
    if not parts:
        return None
    bars = [
        Bar("", row.kind if row.kind in COLOURS else "unknown_cost", float(row.amount), said)
        for row in parts
        for said in [wording.percent(row.share.value) if row.share.value is not None else ""]
    ]
    return draw(
        name,
        title,
        "; ".join(f"{titles.get(p.kind, p.kind)}: {wording.money(p.amount)}" for p in parts),
        partial(strip, bars),
        wide=FULL,
    )


def curve_keys(payback: Payback, wording: Wording) -> list[tuple[str, str]]:
    """Colours of the curves that are drawn, and their names."""
    named = [
        (f"line_{place}", curve_name(curve, wording))
        for place, curve in enumerate(_drawn(payback), start=1)
    ]
    return [*named, ("level", wording.gettext("100 %: the spend has come back"))]


def _drawn(payback: Payback) -> list[Curve]:
    whole = sum((curve.spend for curve in payback.curves), Decimal(0))
    return [curve for curve in payback.curves if curve.spend >= whole * LEAST][:CURVES]


def curve_name(curve: Curve, wording: Wording) -> str:
    """The channel; where no cost of goods is known its curve is of revenue, and says so."""
    if curve.basis == "gross_profit":
        return curve.title
    return wording.gettext("%(channel)s (revenue, cost of goods not known)") % {
        "channel": curve.title
    }


def draw_payback(payback: Payback, wording: Wording) -> Drawing | None:
    rows, said, most, least = [], [], Decimal(1), Decimal(0)
    for place, curve in enumerate(_drawn(payback), start=1):
        enough = min(MONTHS_BEHIND, curve.points[0].cohorts)
        points = [(p.months, p.share.value) for p in curve.points if p.cohorts >= enough]
        known = [(months, share) for months, share in points if share is not None]
        if not known:
            continue
        rows.append(Line(f"line_{place}", [(months, float(share)) for months, share in known]))
        most = max([most, *(share for _, share in known)])
        least = min([least, *(share for _, share in known)])
        first, last = known[0], known[-1]
        ends = f"{wording.percent(first[1])} → {wording.percent(last[1])}"
        said.append(f"{curve_name(curve, wording)}: {ends}")
    if not rows:
        return None
    marks = [(float(tick), wording.whole_percent(tick)) for tick in ticks(least, most)]
    return draw(
        "payback",
        wording.gettext("Earned by leads to date, as a share of what was spent to get them"),
        "; ".join(said),
        partial(lines, rows, marks, 1.0, wording.gettext("months since the month of the lead")),
    )


def ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    """Round values between ``low`` (<= 0) and one that encloses ``high``, zero among them.

    None lies below ``low``: a small refund must not open an empty half under the columns.
    """
    span = max(high, Decimal(0)) - low or Decimal(1)
    power = Decimal(10) ** (span / 4).adjusted()
    step = next(power * n for n in (1, 2, 5, 10) if power * n * 4 >= span)
    first = math.ceil(low / step)
    last = math.ceil(max(high, Decimal(0)) / step)
    return [step * number for number in range(first, last + 1)]
