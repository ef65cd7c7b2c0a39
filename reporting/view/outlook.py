"""What the deals open now are expected to bring, and how right such forecasts were."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reporting.ratio import Ratio


@dataclass(frozen=True)
class ForecastMonth:
    """``month`` is None where nothing tells when. ``error`` and ``held`` are of past forecasts.

    ``held`` is the share of ``tried`` past intervals that held what was paid.
    """

    month: date | None
    low: Ratio
    middle: Ratio
    high: Ratio
    weighted: Decimal
    error: Ratio
    held: Ratio
    tried: int


@dataclass(frozen=True)
class PastForecast:
    """Made at the start of ``month`` for that month."""

    month: date
    low: Ratio
    middle: Ratio
    high: Ratio
    weighted: Decimal
    paid: Decimal
    error: Ratio
    is_held: bool


@dataclass(frozen=True)
class Forecast:
    """``of_all_money``: what deals open at a month's start paid, of all money of the month."""

    months: tuple[ForecastMonth, ...]
    past: tuple[PastForecast, ...]
    of_all_money: Ratio
    imputed: Ratio
