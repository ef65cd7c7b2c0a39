"""Which days to ask for: passes over a cabinet's days, up to today, in rounds of months."""

from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta

from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.lists import Changed
from ingestion.sources.yandex_direct.settings import HISTORY_MONTHS

Span = tuple[date, date]

DAY = timedelta(days=1)
_ROUND_MONTHS = 3  # so much of a long pass is committed at a time
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_TEXTS = frozenset({"since", "pass_since"})


@dataclass(frozen=True)
class Progress:
    """How far a cabinet is loaded: the days from ``first`` to ``last`` are, without a hole.

    A pass is a walk from some day to today. ``pass_next`` is the first day it has yet to ask for,
    None when no pass is under way. ``since`` is Direct's own clock as the last finished pass began.
    """

    first: date | None = None
    last: date | None = None
    asked_on: date | None = None
    weekly_on: date | None = None
    monthly_on: date | None = None
    since: str = ""
    pass_first: date | None = None
    pass_next: date | None = None
    pass_since: str = ""

    @classmethod
    def of_state(cls, state: dict[str, str] | None) -> "Progress":
        found = state or {}
        names = [field.name for field in fields(cls) if field.name in found]
        return cls(
            **{
                name: found[name] if name in _TEXTS else date.fromisoformat(found[name])  # type: ignore[arg-type]
                for name in names
            }
        )

    def to_state(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items() if value}

    def begin(self, today: date, section: YandexDirectSection, changed: Changed) -> "Progress":
        """A new pass: from the first day that may differ from what is loaded.

        First all of the history; then ``lookback_days`` before the last loaded day, once in a week
        and once in a month further, and from where Direct says that figures changed. A history
        made longer in the settings is asked for from its new beginning.
        """
        history = max(
            months_back(today, HISTORY_MONTHS), months_back(today, section.history_months)
        )
        start = history
        if self.first is not None and self.last is not None and self.first <= history:
            known = max(self.first, months_back(today, HISTORY_MONTHS))
            days = [min(self.last, today) - self._depth(today, section) * DAY]
            days += [changed.border] if changed.border else []
            start = min(max(known, min(days)), today)
        return replace(self, pass_first=start, pass_next=start, pass_since=changed.timestamp)

    def _depth(self, today: date, section: YandexDirectSection) -> int:
        """Days before the last loaded one that are asked for again although nothing is known."""
        depths = [section.lookback_days]
        if self.weekly_on is None or today - self.weekly_on >= _WEEK:
            depths.append(section.weekly_lookback_days)
        if self.monthly_on is None or today - self.monthly_on >= _MONTH:
            depths.append(section.monthly_lookback_days)
        return max(depths)

    def round(self, today: date, section: YandexDirectSection) -> tuple[list[Span], "Progress"]:
        """The next part of the pass, by calendar months, oldest first, and where it leads to."""
        assert self.pass_first is not None
        assert self.pass_next is not None
        start = min(self.pass_next, today)
        if self.asked_on is not None and self.asked_on < today:
            # the round before was another day's: what it saw last was not settled then
            start = max(self.pass_first, start - section.lookback_days * DAY)
        end = min(today, months_back(start, -_ROUND_MONTHS) - DAY)
        after = replace(
            self,
            first=min(self.first or start, start),
            last=max(self.last or end, end),
            asked_on=today,
            pass_next=end + DAY,
        )
        return by_month(start, end), after if end < today else after._finished(today, section)

    def _finished(self, today: date, section: YandexDirectSection) -> "Progress":
        first, start = self.first, self.pass_first
        assert first is not None
        assert start is not None

        def reached(days: int) -> bool:
            return start <= max(today - days * DAY, first)

        return replace(
            self,
            since=self.pass_since,
            weekly_on=today if reached(section.weekly_lookback_days) else self.weekly_on,
            monthly_on=today if reached(section.monthly_lookback_days) else self.monthly_on,
            pass_first=None,
            pass_next=None,
            pass_since="",
        )


def months_back(day: date, months: int) -> date:
    """The first day of the month that many months before ``day``'s."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


def by_month(first: date, last: date) -> list[Span]:
    """A stretch of days by calendar months, both ends inclusive."""
    parts = []
    while first <= last:
        end = min(last, months_back(first, -1) - DAY)
        parts.append((first, end))
        first = end + DAY
    return parts
