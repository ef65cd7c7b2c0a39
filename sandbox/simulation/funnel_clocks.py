"""Limits of stages and who is waited for; tasks put off. By definition, planted or not."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.simulation.clock import HOUR, Clock
from sandbox.simulation.funnel_activities import Deeds
from sandbox.simulation.funnel_record import Deal, Record, Stay

# The company's own standards: hours, and whether only working time counts.
LIMITS = {
    "Неразобранное": (1, True),
    "Новая заявка": (2, True),
    "Квалификация": (24, True),
    "Договор": (168, False),
    "Запуск в производство": (72, False),
    "Первичный контакт": (8, True),  # of a pipeline that nobody works in
}
OPENS, CLOSES = 9 * HOUR, 18 * HOUR
WARNED = 0.8  # of the limit
# Days off beside weekends in the years the demo company may live through, and working Saturdays.
DAYS_OFF = frozenset(
    date(year, month, day)
    for year, month, days in (
        (2024, 1, range(1, 9)), (2024, 2, (23,)), (2024, 3, (8,)), (2024, 4, (29, 30)),
        (2024, 5, (1, 9, 10)), (2024, 6, (12,)), (2024, 11, (4,)), (2024, 12, (30, 31)),
        (2025, 1, range(1, 9)), (2025, 2, (23,)), (2025, 3, (8,)), (2025, 5, (1, 2, 8, 9)),
        (2025, 6, (12, 13)), (2025, 11, (3, 4)), (2025, 12, (31,)),
        (2026, 1, range(1, 10)), (2026, 2, (23,)), (2026, 3, (8, 9)), (2026, 5, (1, 9, 11)),
        (2026, 6, (12,)), (2026, 11, (4,)), (2026, 12, (31,)),
    )
    for day in days
)  # fmt: skip
WORKED = frozenset(
    (date(2024, 4, 27), date(2024, 11, 2), date(2024, 12, 28), date(2025, 11, 1))
)  # days off that were moved away
# Eves of holidays end an hour earlier, and so did these working Saturdays.
SHORT = frozenset(
    (date(2024, 2, 22), date(2024, 3, 7), date(2024, 5, 8), date(2024, 6, 11), date(2024, 11, 2),
     date(2025, 3, 7), date(2025, 4, 30), date(2025, 6, 11), date(2025, 11, 1),
     date(2026, 4, 30), date(2026, 5, 8), date(2026, 6, 11), date(2026, 11, 3))
)  # fmt: skip


class WorkingTime:
    """Seconds between nine and six of working days, by the company's zone."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._before: dict[date, int] = {}

    def between(self, since: int, until: int) -> int:
        return self._until(until) - self._until(since)

    def _until(self, at: int) -> int:
        """Working seconds from the clock's origin to a moment."""
        day = self.clock.day_of(at)
        if not self._before:
            self._count()
        if not is_working(day):
            return self._before[day]
        passed = at - self.clock.midnight(day)
        return self._before[day] + min(max(passed - OPENS, 0), length_of(day))

    def _count(self) -> None:
        day = self.clock.first_day - timedelta(days=399)
        seconds = 0
        while day <= self.clock.last_day + timedelta(days=1):
            self._before[day] = seconds
            seconds += length_of(day)
            day += timedelta(days=1)


def is_working(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in DAYS_OFF)


def length_of(day: date) -> int:
    """Working seconds of a day."""
    return CLOSES - OPENS - HOUR * (day in SHORT) if is_working(day) else 0


@dataclass(frozen=True)
class Timed:
    """A stay in a stage that has a limit."""

    deal_id: int
    number: int
    limit: int
    running: int
    waiting_on: str
    is_breach: bool
    is_warning: bool


def timed_stays(record: Record, deeds: Deeds) -> list[Timed]:
    """How long each limited stay ran while it was not the client's turn."""
    names = {
        (pipeline.id, s.id): s.name
        for pipeline in record.company.pipelines
        for s in pipeline.statuses
        if s.is_listed  # of the others nobody knows the name
    }
    working = WorkingTime(deeds.clock)
    found = []
    for deal in record.deals.values():
        for stay in deal.stays:
            limit = LIMITS.get(names.get(stay.stage, ""))
            if limit is None:
                continue
            seconds, waiting_on = _run(deeds, deal, stay, working if limit[1] else None)
            allowed = limit[0] * HOUR
            is_breach = seconds > allowed
            is_warning = stay.left_at is None and not is_breach and seconds >= WARNED * allowed
            found.append(
                Timed(deal.id, stay.number, allowed, seconds, waiting_on, is_breach, is_warning)
            )
    return found


def _run(deeds: Deeds, deal: Deal, stay: Stay, working: WorkingTime | None) -> tuple[int, str]:
    """Seconds the clock ran, and whose turn it was at the end."""
    until = deeds.clock.now if stay.left_at is None else stay.left_at
    spoken = [d for d in deeds.of[deal.id] if d.is_contact and stay.holds(d.at) and d.at <= until]
    # of one second the client's word counts last: it is the manager's turn
    spoken.sort(key=lambda deed: (deed.at, deed.direction == "in"))
    seconds, since, is_running = 0, stay.at, True
    for deed in spoken:
        if is_running and deed.direction == "out":
            seconds += _length(since, deed.at, working)
            is_running = False
        elif not is_running and deed.direction == "in":
            since, is_running = deed.at, True
    if is_running:
        seconds += _length(since, until, working)
    if not spoken:
        return seconds, "unknown"
    return seconds, "manager" if spoken[-1].direction == "in" else "client"


def _length(since: int, until: int, working: WorkingTime | None) -> int:
    return until - since if working is None else working.between(since, until)


@dataclass
class Postponed:
    """How often one task was put off, and by how much in all."""

    task_id: int
    deal_id: int
    times: int = 0
    seconds: int = 0


def postponements(record: Record, rows: list[dict[str, Any]]) -> list[Postponed]:
    """Tasks of known deals whose deadline was moved to a later moment."""
    deal_of = {
        task.id: task.entity_id
        for task in record.company.tasks
        if task.entity_type == "leads" and task.entity_id in record.deals
    }
    found: dict[int, Postponed] = {}
    for row in rows:
        task_id, before, after = row["task_id"], row["due_before"], row["due_after"]
        if task_id in deal_of and after > before:
            task = found.setdefault(task_id, Postponed(task_id, deal_of[task_id]))
            task.times += 1
            task.seconds += int((after - before).total_seconds())
    return list(found.values())
