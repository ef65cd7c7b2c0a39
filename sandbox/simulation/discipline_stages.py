"""Stages and pipelines that break a rule of their design: what the truth about stages lacks."""

from collections import Counter
from collections.abc import Sequence
from math import exp, log
from statistics import fmean, median, quantiles

from sandbox.simulation.discipline_told import Told
from sandbox.simulation.funnel_lint import ENDLESS, MANY_DEALS, MANY_MOVES, Recent, lint, recently
from sandbox.simulation.funnel_record import Record, Stage
from sandbox.simulation.world import LOST, WON

RULES = (
    "reminder_stage", "parked_stage", "reminder_untracked", "missing_task", "compound_name",
    "wide_dwell", "dead_stage", "mixed_origins", "no_standard", "fragmented_pipeline",
    "default_untouched", "automation_untyped", "many_pipelines", "pipelines_near_limit",
    "stages_near_limit",
)  # fmt: skip
DEFAULT_STAGES = frozenset(
    {"Первичный контакт", "Переговоры", "Принимают решение", "Согласование договора"}
)
AUTOMATIC = ("автоворонка", "робот", "рассылка")  # words that say so
BACK, SPREAD, WIDE, HEAPS = 0.3, 4, 10, 0.7
MINUTES, PASSED, PARTS = 15 * 60, 0.98, 3
UNTOUCHED, ROBOTS, MOVED = 0.2, 0.9, 50
MANY, LIMIT, STAGES, NEAR = 10, 50, 100, 0.8


def stage_breaches(told: Told, record: Record) -> None:
    """Rules of the account, of pipelines, and of stages that are listed and worked in."""
    told.speak_of("stage", *RULES)
    found = lint(record)
    recent = recently(record)
    for stage in (one for one in record.places if record.is_ordinary(one)):
        if _is_parked(record, recent, stage):
            found.append(("parked_stage", stage))
        is_wide = _is_wide(record, recent, stage)
        if is_wide:
            found.append(("wide_dwell", stage))
        elif is_wide is None:
            told.doubt("wide_dwell", f"{stage[0]}/{stage[1]}")
        if _spread(recent, stage) >= SPREAD:
            found.append(("mixed_origins", stage))
    found += _untracked(record, found)
    found += _pipelines(record, recent)
    for rule, (pipeline_id, stage_id) in found:
        told.breach(rule, f"{pipeline_id}/{stage_id}")


def _origins(recent: list[Recent], stage: Stage) -> Counter[Stage]:
    return Counter(
        stay.came_from
        for _, stay, _ in recent
        if stay.stage == stage and stay.came_from and stay.came_from[1] not in (WON, LOST)
    )


def _spread(recent: list[Recent], stage: Stage) -> float:
    """How many stages the origins are worth, if there are enough of them."""
    origins = _origins(recent, stage)
    moves = origins.total()
    if moves < MANY_MOVES:
        return 0
    return exp(-sum(n / moves * log(n / moves) for n in origins.values()))


def _is_parked(record: Record, recent: list[Recent], stage: Stage) -> bool:
    """At the end, and left backwards; at the beginning, and come to from further right."""
    line = [one for one in record.places if one[0] == stage[0] and record.is_ordinary(one)]
    line.sort(key=lambda one: record.places[one])
    stays = [(stay, after) for _, stay, after in recent if stay.stage == stage]
    exits = [record.direction(after) for _, after in stays if after is not None]
    if len(line) > 1 and stage == line[-1] and len(exits) >= MANY_MOVES:
        return exits.count("back") >= BACK * len(exits)
    if len(line) > 1 and stage == line[0] and len(stays) >= MANY_MOVES:
        came_back = sum(record.direction(stay) == "back" for stay, _ in stays)
        return came_back >= BACK * len(stays)
    return False


def _lengths(recent: list[Recent], stage: Stage) -> list[int]:
    return [
        stay.left_at - stay.at
        for _, stay, _ in recent
        if stay.stage == stage and stay.left_at is not None and stay.is_unbroken
    ]


def _is_wide(record: Record, recent: list[Recent], stage: Stage) -> bool | None:
    """Whether every tenth stay is ten times the usual one.

    None where nobody can be certain: near that bound (not everybody counts the same stays), and
    where the lengths may be seen as two heaps.
    """
    lengths = _lengths(recent, stage)
    if _names(record)[stage] in ENDLESS or not lengths:
        return False
    ratio = quantiles([*lengths, *lengths], n=10, method="inclusive")[-1] / median(lengths)
    if len(lengths) >= MANY_DEALS and ratio >= 1.1 * WIDE:
        return True
    may_be = (
        ratio >= 0.9 * WIDE
        or max(_heaps(lengths), _heaps([log(max(one, 1)) for one in lengths])) > HEAPS
    )
    return None if len(lengths) >= MANY_DEALS // 2 and may_be else False


def _heaps(values: Sequence[float]) -> float:
    """Sarle's coefficient: 1 for two heaps, 5/9 where all lengths are equally frequent."""
    mean = fmean(values)
    second, third, fourth = (fmean((v - mean) ** power for v in values) for power in (2, 3, 4))
    return (third**2 / second**3 + 1) * second**2 / fourth if second else 0


def _names(record: Record) -> dict[Stage, str]:
    return {(p.id, s.id): s.name for p in record.company.pipelines for s in p.statuses}


def _untracked(record: Record, found: list[tuple[str, Stage]]) -> list[tuple[str, Stage]]:
    """Reminder stages and parked ones with an open deal that has neither a tag nor a task."""
    planned = {
        task.entity_id
        for task in record.company.tasks
        if task.entity_type == "leads" and not task.is_completed
    }
    forgotten = {
        deal.stays[-1].stage
        for deal in record.deals.values()
        if deal.status == "open"
        and deal.id not in planned
        and not (deal.story.lead and deal.story.lead.tags)
    }
    put_aside = {stage for rule, stage in found if rule in ("reminder_stage", "parked_stage")}
    return [("reminder_untracked", stage) for stage in sorted(put_aside & forgotten)]


def _pipelines(record: Record, recent: list[Recent]) -> list[tuple[str, Stage]]:
    found: list[tuple[str, Stage]] = []
    names, pipelines = _names(record), record.company.pipelines
    for pipeline in pipelines:
        line = [one for one in record.places if one[0] == pipeline.id and record.is_ordinary(one)]
        if not line:
            continue
        moves = [stay for _, stay, _ in recent if stay.stage[0] == pipeline.id and stay.came_from]
        forward = sum(record.direction(stay) == "forward" for stay in moves)
        if {names[one] for one in line} <= DEFAULT_STAGES and not forward:
            found.append(("default_untouched", (pipeline.id, 0)))
        is_named = any(word in pipeline.name.lower() for word in AUTOMATIC)
        by_robot = sum(stay.by == 0 for stay in moves)
        if is_named or (len(moves) >= MOVED and by_robot >= ROBOTS * len(moves)):
            found.append(("automation_untyped", (pipeline.id, 0)))
        hasty = sum(_is_hasty(record, recent, one) for one in line)
        if hasty >= PARTS and hasty * 2 >= len(line):
            found.append(("fragmented_pipeline", (pipeline.id, 0)))
        if len([s for s in pipeline.statuses if s.is_listed]) >= NEAR * STAGES:
            found.append(("stages_near_limit", (pipeline.id, 0)))
    if len(pipelines) > MANY:
        found.append(("many_pipelines", (0, 0)))
    if len(pipelines) >= NEAR * LIMIT:
        found.append(("pipelines_near_limit", (0, 0)))
    return found


def _is_hasty(record: Record, recent: list[Recent], stage: Stage) -> bool:
    """Passed in minutes, or hardly ever the last thing that happened to a deal."""
    exits = [record.direction(s) for _, one, s in recent if one.stage == stage and s is not None]
    went_on = sum(way in ("forward", "pipeline") for way in exits)
    lost = sum(s.stage[1] == LOST for _, one, s in recent if one.stage == stage and s is not None)
    lengths = _lengths(recent, stage)
    if len(exits) < MANY_MOVES:
        return False
    return (bool(lengths) and median(lengths) < MINUTES) or went_on - lost > PASSED * len(exits)
