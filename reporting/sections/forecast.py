"""Money that open deals are expected to bring, and how right such forecasts were."""

from decimal import Decimal
from typing import Any

import duckdb

from reporting.ratio import Absent, Ratio, Why
from reporting.view import Forecast, ForecastMonth, PastForecast

_Row = tuple[Any, ...]  # as the database gives it

MONTHS = 6  # beyond that single payments of old deals are left

_MONTHS = """
select
    month, p10_amount, p50_amount, p90_amount, weighted_amount,
    coalesce(imputed_share, 0) * weighted_amount, backtest_status, backtest_months, backtest_mape,
    backtest_coverage
from marts.rpt_forecast
where currency = getvariable('company_currency')
order by month nulls last
"""

_PAST = """
select
    month, p10_amount, p50_amount, p90_amount, weighted_amount, actual_amount, paid_by_all_deals,
    absolute_percentage_error, is_within_interval
from marts.rpt_forecast_backtest
where
    currency = getvariable('company_currency') and status = 'measured' and months_ahead = 0
order by month desc
"""


def read(con: duckdb.DuckDBPyConnection, absent: Absent) -> Forecast:
    """Months ahead that have any money; past forecasts are those of the month they were made in."""
    months = con.execute(_MONTHS).fetchall()
    past = con.execute(_PAST).fetchall()
    weighted = sum((row[4] for row in months), Decimal(0))
    imputed = sum(float(row[5]) for row in months)
    of_open = sum((row[5] for row in past), Decimal(0))
    of_all = sum((row[6] or Decimal(0) for row in past), Decimal(0))
    return Forecast(
        months=tuple([_month(row, absent) for row in months if any(row[1:5])][:MONTHS]),
        past=tuple(_past(row) for row in past),
        of_all_money=Ratio.of(of_open, of_all, "no_history", "nothing_paid"),
        imputed=Ratio.of(Decimal(str(imputed)), weighted, "no_history", "no_history"),
    )


def _month(row: _Row, absent: Absent) -> ForecastMonth:
    month, low, middle, high, weighted, _, status, tried, error, held = row
    unpaid: Why = absent.money or "no_payments_yet"
    unknown: Why = unpaid if status == "no_payments" else "no_history"
    return ForecastMonth(
        month,
        Ratio.known(low, unpaid),
        Ratio.known(middle, unpaid),
        Ratio.known(high, unpaid),
        weighted,
        Ratio.known(error, unknown),
        Ratio.known(held, unknown),
        tried,
    )


def _past(row: _Row) -> PastForecast:
    month, low, middle, high, weighted, paid, _, error, is_held = row
    return PastForecast(
        month,
        Ratio.known(low, "no_history"),
        Ratio.known(middle, "no_history"),
        Ratio.known(high, "no_history"),
        weighted,
        paid,
        Ratio.known(error, "nothing_paid"),
        bool(is_held),
    )
