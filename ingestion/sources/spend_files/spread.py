"""A span's amounts by day, to the kopeck."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class SpendDay:
    """A day's part of a row."""

    day: date
    cost: Decimal
    clicks: int | None
    impressions: int | None


def spread(
    first: date, last: date, cost: Decimal, clicks: int | None, impressions: int | None
) -> Iterator[SpendDay]:
    """The same amount on every day, both ends included; what does not divide goes to the last day.

    The parts add up to the whole exactly. ``cost`` is in whole kopecks and may be negative.
    """
    days = (last - first).days + 1
    kopecks = _parts(int(cost.scaleb(2)), days)
    clicked, shown = _parts_or_none(clicks, days), _parts_or_none(impressions, days)
    for index in range(days):
        day = first + timedelta(days=index)
        yield SpendDay(day, Decimal(kopecks[index]).scaleb(-2), clicked[index], shown[index])


def _parts_or_none(whole: int | None, days: int) -> Sequence[int | None]:
    return [None] * days if whole is None else _parts(whole, days)


def _parts(whole: int, days: int) -> list[int]:
    part = abs(whole) // days * (1 if whole >= 0 else -1)
    return [part] * (days - 1) + [whole - part * (days - 1)]
