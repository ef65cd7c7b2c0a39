"""Days of a source that replaces whole days: which to ask for now, and a row for an empty one.

A long history is loaded in rounds, the newest days first and then backwards, so that what is loaded
is always one span without holes and a crash repeats at most one round.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Span = tuple[date, date]  # both ends inclusive

DAY = timedelta(days=1)
# A silent day older than this is no news: nobody can mend it any more.
_NEWS_DAYS = 35
_WEEKS = 8  # how many earlier days of the same weekday a silent day is compared with
# Rows a day below which silence is no news: where three are usual, none come by chance on one day
# in twenty (Poisson), where one is usual, on one in three.
_USUAL_ROWS = 3


@dataclass(frozen=True)
class Window:
    """What a run wants of a source.

    Args:
        today: the day that is still filling up, in the zone that the source counts days in.
        start: the first day of the history.
        lookback_days: days before the last loaded one that are asked for again, once a run.
        days_per_round: the most days asked for in one round.
    """

    today: date
    start: date
    lookback_days: int
    days_per_round: int


class DayCursor:
    """Which days of which key (an account, a counter) are loaded; lives in the resource's state.

    One object serves one round. A round takes one span of every key that is not up to date.
    """

    def __init__(self, state: dict[str, Any], window: Window) -> None:
        self._state = state
        self._loaded: dict[str, list[str]] = state.setdefault("days", {})
        # where looking back has got to in this run, by key
        self._again: dict[str, str] = state.setdefault("again", {})
        self._window = window
        # a run that began on another day looks back again: its days have aged since
        self._is_continuing = state.get("run_of") == window.today.isoformat()
        if not self._is_continuing:
            self._again.clear()
        self._is_unfinished = False

    def span(self, key: str, at_most: int | None = None) -> Span | None:
        """The days to ask for in this round; None when the key is up to date.

        Args:
            at_most: days, where this key bears fewer than the window's ``days_per_round``.
        """
        window, known = self._window, self._known(key)
        days = min(at_most or window.days_per_round, window.days_per_round)
        if known is None:
            return self._backwards(window.today, days)
        first, last = known
        if not self._is_continuing:
            again = min(last, window.today) - window.lookback_days * DAY
            return self._forwards(max(again, min(first, window.start)), days)
        if key in self._again:
            return self._forwards(date.fromisoformat(self._again[key]), days)
        if last < window.today:
            return self._forwards(last + DAY, days)
        return self._backwards(first - DAY, days) if window.start < first else None

    def done(self, key: str, span: Span) -> None:
        """Say that a span was fetched; it counts once the round is committed."""
        first, last = self._known(key) or span
        is_forwards = span[1] >= first
        first, last = min(first, span[0]), max(last, span[1])
        self._loaded[key] = [first.isoformat(), last.isoformat()]
        self._again.pop(key, None)
        if is_forwards and span[1] < self._window.today:
            self._again[key] = (span[1] + DAY).isoformat()
        is_behind = key in self._again or last < self._window.today
        self._is_unfinished |= is_behind or self._window.start < first

    def close(self) -> bool:
        """Whether there is more to come after this round; the last thing a round does."""
        if self._is_unfinished:
            self._state["run_of"] = self._window.today.isoformat()
        else:
            self._state.pop("run_of", None)
        return self._is_unfinished

    def _known(self, key: str) -> Span | None:
        days = self._loaded.get(key)
        return (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None

    def _forwards(self, first: date, days: int) -> Span:
        return first, max(first, min(first + (days - 1) * DAY, self._window.today))

    def _backwards(self, last: date, days: int) -> Span:
        return max(last - (days - 1) * DAY, min(self._window.start, last)), last


def each_day(span: Span) -> Iterator[date]:
    """Every day of a span, ascending."""
    day = span[0]
    while day <= span[1]:
        yield day
        day += DAY


def parts(span: Span, days: int) -> Iterator[Span]:
    """The span cut into spans of at most so many days, ascending."""
    first = span[0]
    while first <= span[1]:
        last = min(span[1], first + (days - 1) * DAY)
        yield first, last
        first = last + DAY


def months_back(day: date, months: int) -> date:
    """The first day of the month that many months before ``day``'s."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


def count_days(days: Iterable[date], span: Span) -> dict[date, int]:
    """Rows by day of a span, days without a row included."""
    counts = dict.fromkeys(each_day(span), 0)
    for day in days:
        counts[day] += 1
    return counts


def silent_days(table: str, day: str, key: Sequence[str] = ()) -> str:
    """SQL of a source's ``problems``: settled days without a row where that weekday has rows.

    A day is silent when the same weekday never was empty in the eight weeks before (at least two
    of them are loaded) and has three rows or more on average. The table has ``is_empty_day`` and
    ``is_provisional``.

    Args:
        table: with its schema, e.g. ``raw_uis.calls``.
        day: its date column.
        key: columns that tell several accounts or counters of one table apart.
    """
    keys = "".join(f"{column}, " for column in key)
    subject = " || ' ' || ".join(
        [f"'{table.split('.')[1]}'", *(f"{column}::text" for column in key), f"{day}::text"]
    )
    return f"""
    select 'silent_day' as kind, {subject} as subject, null::decimal(18, 2) as amount,
        0::bigint as rows,
        'nothing on ' || {day} || ', where the same weekday before had '
        || array_to_string(earlier, ', ') || ': was the tracking off, or the number changed?'
        as detail
    from (
        select *,
            list(rows) over weekdays as earlier,
            min(rows) over weekdays as least,
            avg(rows) over weekdays as usual,
            max({day}) over (partition by {keys}true) as newest
        from (
            select {keys}{day}, count(*) filter (not is_empty_day) as rows,
                bool_or(is_provisional) as is_provisional
            from {table} group by all
        )
        window weekdays as (
            partition by {keys}dayofweek({day}) order by {day}
            rows between {_WEEKS} preceding and 1 preceding
        )
    )
    where rows = 0 and not is_provisional and len(earlier) >= 2 and least > 0
        and usual >= {_USUAL_ROWS} and {day} >= newest - {_NEWS_DAYS}
    """  # noqa: S608 - names of the project's own tables


def malformed_records(table: str, day: str) -> str:
    """SQL of a source's ``problems``: records that could not be read, by day."""
    return f"""
    select 'malformed_record' as kind, '{table.split(".")[1]} ' || {day}::text as subject,
        null::decimal(18, 2) as amount, count(*) as rows,
        arg_min(malformed_reason, raw_record) as detail
    from {table} where malformed_reason is not null group by {day}
    """  # noqa: S608


def unknown_values(table: str, column: str, known: Sequence[str]) -> str:
    """SQL of a source's ``problems``: values that its documentation does not list."""
    listed = ", ".join(f"'{value}'" for value in known)
    name = table.split(".")[1]
    return f"""
    select 'unknown_value' as kind, '{name}.{column} = ' || {column} as subject,
        null::decimal(18, 2) as amount, count(*) as rows,
        'the documentation does not list this value; it is loaded as it is' as detail
    from {table} where lower({column}) not in ({listed}) group by {column}
    """  # noqa: S608
