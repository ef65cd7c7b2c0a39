"""Days, working hours and seasons of the company's zone, in unix seconds."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from sandbox.model import CompanySpec

HOUR = 3600
DAY = 86400

# Kitchens are ordered before autumn moves and New Year, and hardly at all in January.
MONTH_SEASON = (0.6, 0.85, 1.05, 1.0, 0.8, 0.85, 0.85, 1.0, 1.2, 1.25, 1.15, 1.05)
WEEKDAY_SEASON = (1.2, 1.15, 1.1, 1.05, 0.95, 0.7, 0.6)
GROWTH = 0.35  # how much busier the last day is than the first, season aside
HOUR_SEASON = (1, 0, 0, 0, 0, 0, 1, 3, 6, 9, 12, 13, 12, 11, 11, 11, 10, 9, 8, 8, 7, 6, 4, 2)
OPENS, CLOSES = 9, 19


class Clock:
    """The period ``[start, now]`` of a company and its calendar."""

    def __init__(self, spec: CompanySpec) -> None:
        self.zone = ZoneInfo(spec.timezone)
        self.now = int(spec.as_of.timestamp())
        self.last_day: date = spec.as_of.astimezone(self.zone).date()
        months = self.last_day.year * 12 + self.last_day.month - spec.months
        self.first_day = date(months // 12, months % 12 + 1, 1)
        self._origin = self.first_day - timedelta(days=400)
        span = (self.last_day - self._origin).days + 800
        self._midnights = [
            int(datetime.combine(self._origin + timedelta(days=n), time(), self.zone).timestamp())
            for n in range(span)
        ]
        self.start = self.midnight(self.first_day)
        self.days = [
            self.first_day + timedelta(days=n)
            for n in range((self.last_day - self.first_day).days + 1)
        ]
        self.busyness = [self._busy(day) for day in self.days]

    def _busy(self, day: date) -> float:
        grown = 1 + GROWTH * (day - self.first_day).days / max(len(self.days), 1)
        return MONTH_SEASON[day.month - 1] * WEEKDAY_SEASON[day.weekday()] * grown

    def midnight(self, day: date) -> int:
        return self._midnights[(day - self._origin).days]

    def day_of(self, at: int) -> date:
        return self._origin + timedelta(days=bisect_right(self._midnights, at) - 1)

    def share(self, part: float) -> int:
        """The moment by which this share of the period has passed."""
        return self.start + int((self.now - self.start) * part)

    def arrivals(self, rng: Random, count: int) -> list[int]:
        """Moments at which people turn up, ascending, with the season of days and hours."""
        days = rng.choices(self.days, cum_weights=list(accumulate(self.busyness)), k=count)
        hours = rng.choices(range(24), cum_weights=list(accumulate(HOUR_SEASON)), k=count)
        moments = [
            self.midnight(day) + hour * HOUR + rng.randrange(HOUR)
            for day, hour in zip(days, hours, strict=True)
        ]
        return sorted(min(at, self.now - rng.randrange(60)) for at in moments)

    def working(self, at: int, rng: Random) -> int:
        """The first moment from ``at`` on when somebody is at work; now and then, at night too."""
        if rng.random() < 0.04:
            return at
        index = bisect_right(self._midnights, at) - 1
        seconds = at - self._midnights[index]
        weekday = (self._origin + timedelta(days=index)).weekday()
        if seconds >= CLOSES * HOUR:
            index, weekday, seconds = index + 1, (weekday + 1) % 7, 0
        if weekday >= 5 and rng.random() < 0.7:
            index, seconds = index + 7 - weekday, 0
        if seconds < OPENS * HOUR:
            seconds = OPENS * HOUR + int(rng.random() ** 2 * 5 * HOUR)
        return self._midnights[index] + seconds

    def friday_evening(self, at: int) -> int:
        """The next Friday 17:45 with a second of its own: when the batcher updates the CRM."""
        day = self.day_of(at)
        friday = day + timedelta(days=(4 - day.weekday()) % 7)
        return self.midnight(friday) + 17 * HOUR + 45 * 60 + friday.toordinal() % 60

    def bank_day(self, day: date) -> date:
        """The booking day: banks rest at weekends and in the first week of January."""
        while day.weekday() >= 5 or (day.month == 1 and day.day <= 8):
            day += timedelta(days=1)
        return day


def utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
