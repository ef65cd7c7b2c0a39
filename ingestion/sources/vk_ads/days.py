"""Which days to ask for, and how statistics become rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from ingestion.errors import SourceFormatError
from ingestion.sources.vk_ads.settings import ROUND_DAYS

Span = tuple[date, date]
Figures = dict[str, Any]

_DAY = timedelta(days=1)
_KEPT_DAYS = 365  # VK gives statistics of the last 366 days
_MICRO = Decimal("0.000001")  # finer than any price; the column's scale
# (place in lookbacks, days since the last such reading after which it is due again)
_DEEP = ((2, 30), (1, 7))


@dataclass
class Progress:
    """How far one cabinet was read, as it lies in the resource's state beside the data."""

    loaded: Span | None
    todo: list[Span]  # what an unfinished reading has ahead of it
    deep: dict[str, str]  # when days were last read so far back: place in lookbacks -> day
    is_deep: bool = False  # this reading goes back farther than usual

    @classmethod
    def read(cls, state: dict[str, Any]) -> "Progress":
        loaded = state.get("loaded")
        return cls(
            _span(loaded) if loaded else None,
            [_span(pair) for pair in state.get("todo", [])],
            dict(state.get("deep", {})),
            bool(state.get("is_deep")),
        )

    def write(self, state: dict[str, Any]) -> None:
        state["loaded"] = _texts(self.loaded) if self.loaded else None
        state["todo"] = [_texts(span) for span in self.todo]
        state["deep"] = self.deep
        state["is_deep"] = self.is_deep

    def begin(self, today: date, history_days: int, lookbacks: tuple[int, int, int]) -> None:
        """Plan a reading that ends today, unless one is unfinished.

        First all of the history; then what ``lookbacks`` say, because figures are corrected
        afterwards. A history made longer in the settings is filled up.
        """
        if self.todo:
            return
        start = today - timedelta(days=history_days)
        if self.loaded is None:
            self.todo, self.is_deep = _parts(start, today), True
            self.deep = {str(place): today.isoformat() for place, _ in _DEEP}
            return
        first, last = self.loaded
        place = self._due(today)
        self.is_deep = place > 0
        for shallower in range(1, place + 1):
            self.deep[str(shallower)] = today.isoformat()
        # after a long pause the days between are asked for too, as far back as VK has them
        horizon = max(min(first, start), today - timedelta(days=max(history_days, _KEPT_DAYS)))
        again = max(horizon, min(last, today) - timedelta(days=lookbacks[place]))
        earlier = _parts(start, min(first, again) - _DAY) if start < first else []
        self.todo = earlier + _parts(again, today)

    def take(self) -> Span:
        """The next part to ask for."""
        return self.todo[0]

    def done(self, span: Span) -> None:
        """The part is loaded."""
        self.todo = [part for part in self.todo if part != span]
        first, last = self.loaded or span
        self.loaded = min(first, span[0]), max(last, span[1])

    def is_unfinished(self, today: date) -> bool:
        return bool(self.todo) or self.loaded is None or self.loaded[1] < today

    def _due(self, today: date) -> int:
        for place, pause in _DEEP:
            since = self.deep.get(str(place))
            if since is None or (today - date.fromisoformat(since)).days >= pause:
                return place
        return 0


def each_day(span: Span) -> Iterator[date]:
    """The days of a span, both ends included."""
    for number in range((span[1] - span[0]).days + 1):
        yield span[0] + timedelta(days=number)


def read_days(
    items: Iterable[Any], asked: frozenset[int], span: Span, where: str
) -> dict[tuple[int, date], Figures]:
    """Figures by object and day, those days left out on which nothing happened.

    VK prints a row of zeros for a day without a show, or no row; both say the same.

    Raises:
        SourceFormatError: an object or a day that was not asked for, or a figure that is none.
    """
    found: dict[tuple[int, date], Figures] = {}
    for item in items:
        try:
            number, rows = int(item["id"]), list(item["rows"])
        except (KeyError, TypeError, ValueError):
            raise _misshapen(f"{where}: an item has no id or no rows") from None
        if number not in asked:
            raise _misshapen(f"{where}: object {number} was not asked for")
        for row in rows:
            try:
                day, figures = date.fromisoformat(row["date"]), _figures(row["base"])
            except (KeyError, TypeError, ValueError, InvalidOperation):
                told = row.get("date") if isinstance(row, dict) else None
                raise _misshapen(
                    f"{where}: object {number}, day {told}: no date, or a figure of base "
                    "(shows, clicks, goals, spent) that is no number"
                ) from None
            if not span[0] <= day <= span[1]:
                raise _misshapen(f"{where}: object {number}: day {day} was not asked for")
            if figures["shows"] or figures["clicks"] or figures["spent"]:
                found[number, day] = figures
    return found


def _figures(base: dict[str, Any]) -> Figures:
    return {
        "shows": _whole(base["shows"]),
        "clicks": _whole(base["clicks"]),
        "goals": _number(base.get("goals") or 0),
        "spent": _number(base["spent"]),
    }


def _whole(value: Any) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise ValueError
    return int(number)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError
    return number.quantize(_MICRO)


def _misshapen(text: str) -> SourceFormatError:
    return SourceFormatError(
        f"{text}; nothing was replaced, run again later, and if it stays so, "
        "check sources.vk_ads.base_url in company.toml"
    )


def _span(pair: list[str]) -> Span:
    return date.fromisoformat(pair[0]), date.fromisoformat(pair[1])


def _texts(span: Span) -> list[str]:
    return [span[0].isoformat(), span[1].isoformat()]


def _parts(first: date, last: date) -> list[Span]:
    parts = []
    while first <= last:
        end = min(last, first + timedelta(days=ROUND_DAYS - 1))
        parts.append((first, end))
        first = end + _DAY
    return parts
