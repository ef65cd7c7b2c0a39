"""Stages that should not be as they are, by the rules that a company's truth can tell."""

from collections import Counter
from math import exp, log
from statistics import median

from sandbox.simulation.clock import DAY, Clock
from sandbox.simulation.funnel_clocks import LIMITS
from sandbox.simulation.funnel_record import Record, Stage, Stay
from sandbox.simulation.world import LOST, WON

# What a reader of the names sees; everything else about a stage is how deals behave in it.
REMINDERS = frozenset({"Клиент думает"})
WITHOUT_TASK = frozenset(
    {
        "Новая заявка", "КП отправлено", "Клиент думает", "Договор", "В производстве",
        "Первичный контакт", "Принимают решение",
    }
)  # fmt: skip
TWO_TASKS = frozenset({"Подготовить проект и согласовать", "Доставка и монтаж"})
ENDLESS = frozenset(  # declared to have no limit
    {"КП отправлено", "Переговоры", "Принимают решение", "Согласование договора"}
)
YEAR = 365 * DAY
MANY_MOVES, MANY_DEALS = 20, 30
POINTS = 3

Recent = tuple[int, Stay, Stay | None]  # the deal, its stay, and the stay after that


def lint(record: Record) -> list[tuple[str, Stage]]:
    """Rule and stage; only listed stages in which somebody works are judged."""
    names = {
        (pipeline.id, s.id): s.name
        for pipeline in record.company.pipelines
        for s in pipeline.statuses
    }
    stages = [stage for stage in record.places if record.is_ordinary(stage)]
    recent = recently(record)
    dwell = {stage: median(d) for stage in stages if (d := _lengths(recent, stage))}
    found: list[tuple[str, Stage]] = []
    for stage in stages:
        name = names[stage]
        points = POINTS * (name in REMINDERS) + _manners(record, recent, stage)
        usual = [length for one, length in dwell.items() if one[0] == stage[0]]
        points += stage in dwell and dwell[stage] >= 2 * median(usual)
        broken = {
            "reminder_stage": points >= POINTS,
            "missing_task": name in WITHOUT_TASK,
            "compound_name": name in TWO_TASKS,
            "dead_stage": _is_dead(record, recent, stage),
            "no_standard": name not in LIMITS and name not in ENDLESS,
        }
        found += [(rule, stage) for rule, is_broken in broken.items() if is_broken]
    return found


def recently(record: Record) -> list[Recent]:
    """Stays entered in the last year."""
    since = Clock(record.company.spec).now - YEAR
    return [
        (deal.id, stay, after)
        for deal in record.deals.values()
        for stay, after in zip(deal.stays, [*deal.stays[1:], None], strict=True)
        if stay.at >= since
    ]


def _lengths(recent: list[Recent], stage: Stage) -> list[int]:
    return [
        stay.left_at - stay.at
        for _, stay, _ in recent
        if stay.stage == stage and stay.left_at is not None and stay.is_unbroken
    ]


def _manners(record: Record, recent: list[Recent], stage: Stage) -> int:
    """Points for how deals come to a stage and leave it."""
    origins: Counter[Stage] = Counter()
    exits, back, forward = 0, 0, 0
    for _, stay, after in recent:
        if stay.stage != stage:
            continue
        if stay.came_from is not None and stay.came_from[1] not in (WON, LOST):
            origins[stay.came_from] += 1
        if after is not None:
            way = record.direction(after)
            exits += 1
            back += way == "back"
            forward += way == "pipeline" or (way == "forward" and after.stage[1] != LOST)
    moves = origins.total()
    spread = exp(-sum(n / moves * log(n / moves) for n in origins.values())) if moves else 0
    points = int(moves >= MANY_MOVES and spread >= 3)
    if exits >= MANY_MOVES:
        points += (back / exits >= 0.3) + (forward / exits <= 0.4)
    return points


def _is_dead(record: Record, recent: list[Recent], stage: Stage) -> bool:
    """Deals go past it: hardly any of those that came so far ever entered."""
    place = record.places[stage]
    came, entered = set(), set()
    for deal_id, stay, _ in recent:
        if stay.stage == stage:
            entered.add(deal_id)
        works = stay.stage[1] == WON or record.is_ordinary(stay.stage)
        if stay.stage[0] == stage[0] and works and record.places.get(stay.stage, -1) >= place:
            came.add(deal_id)
    return len(came) >= MANY_DEALS and len(entered) / len(came) < 0.05
