"""How fast what leads earn covers what was spent to get them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import duckdb

from reporting.ratio import Ratio, Why
from reporting.view.payback import Cohort, Curve, CurvePoint, ProfitBasis

# Cohorts without spend have nothing to cover, withheld ones nothing that can be told.
_CURVES = """
select
    dimension_key, profit_basis, month, months_since, spend,
    case
        when profit_basis = 'revenue' then cumulative_revenue else cumulative_gross_profit
    end as earned
from marts.rpt_payback_curve
where
    dimension = 'channel' and currency = getvariable('company_currency')
    and payback_status in ('paid_back', 'not_yet')
order by dimension_key, month, months_since
"""

_COHORTS = """
select
    month, spend, case when profit_basis = 'revenue' then net_revenue else gross_profit end,
    profit_basis, payback_status, payback_month, money_coverage, cogs_coverage
from marts.rpt_payback_by_lead_cohort
where
    dimension = 'total' and currency = getvariable('company_currency')
    and payback_status <> 'no_spend'
order by month desc
"""

_Points = dict[int, list[tuple[Decimal, Decimal]]]


def read_curves(con: duckdb.DuckDBPyConnection, titles: Mapping[str, str]) -> tuple[Curve, ...]:
    """A curve a channel, the most spend first; revenue only where no cohort has gross profit.

    A point sums the cohorts that are old enough for it.
    """
    found: dict[str, dict[ProfitBasis, _Points]] = defaultdict(dict)
    for key, basis, _, months, spend, earned in con.execute(_CURVES).fetchall():
        if earned is not None:
            points = found[key].setdefault(basis, defaultdict(list))
            points[months].append((spend, earned))
    curves = [_curve(titles.get(key, key), bases) for key, bases in found.items()]
    return tuple(sorted(curves, key=lambda curve: (-curve.spend, curve.title)))


def read_cohorts(con: duckdb.DuckDBPyConnection) -> tuple[Cohort, ...]:
    """Months that something was spent in, the latest first."""
    return tuple(_cohort(*row) for row in con.execute(_COHORTS).fetchall())


def _curve(title: str, bases: Mapping[ProfitBasis, _Points]) -> Curve:
    basis: ProfitBasis = "gross_profit" if "gross_profit" in bases else "revenue"
    points = [
        CurvePoint(
            months,
            len(pairs),
            sum((spend for spend, _ in pairs), Decimal(0)),
            sum((earned for _, earned in pairs), Decimal(0)),
        )
        for months, pairs in sorted(bases[basis].items())
    ]
    return Curve(title, basis, points[0].spend, tuple(points))


def _cohort(
    month: date,
    spend: Decimal,
    earned: Decimal | None,
    basis: ProfitBasis,
    status: str,
    payback_month: int | None,
    coverage: float | None,
    cogs_coverage: float | None,
) -> Cohort:
    unknown: Why = "low_coverage" if status == "withheld" else "no_money"
    shown = None if status == "withheld" else earned
    return Cohort(
        month,
        spend,
        Ratio.known(shown, unknown),
        basis,
        status,  # type: ignore[arg-type]
        payback_month,
        Ratio.known(coverage, "no_money"),
        Ratio.known(cogs_coverage, "no_money"),
    )
