"""A company whose pipelines were renamed, reordered, grown and pruned while its deals moved on.

A crowd of deals wanders at random. What the marts must say of it is worked out here from the
wandering itself, every deal asked of every stage, which the models, made for millions of deals,
never do.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from tests.dbt.raw_fixture import ACCOUNT, at, create_raw_tables, insert

WON, LOST = 142, 143
GRAVEYARD = 3
LOADED = [at("2026-01-10 20:00"), at("2026-02-10 20:00"), at("2026-03-10 20:00")]
AS_OF = at("2026-04-30 20:00")
MANAGERS = (501, 502, 503)


@dataclass(frozen=True)
class Layout:
    """The stages of a pipeline as one load saw them, by id: name and sort."""

    name: str
    stages: Mapping[int, tuple[str, int]]


CLOSINGS = {WON: ("Успех", 10000), LOST: ("Отказ", 11000)}
LAYOUTS: dict[int, list[Layout]] = {
    1: [
        Layout(
            "Продажи",
            {10: ("Неразобранное", 10)}
            | {11: ("Новая", 20), 12: ("Встреча", 30), 13: ("Расчёт", 40), 14: ("Договор", 50)}
            | CLOSINGS,
        ),
        # renamed; 12 and 13 changed places; 15 came between them; 14 was deleted
        Layout(
            "Отдел продаж",
            {10: ("Неразобранное", 10)}
            | {11: ("Новая", 20), 13: ("Расчёт", 30), 15: ("Замер", 35), 12: ("Встреча", 40)}
            | CLOSINGS,
        ),
        # 12 was renamed; 16 was put first
        Layout(
            "Отдел продаж",
            {10: ("Неразобранное", 10), 16: ("Лид", 15)}
            | {11: ("Новая", 20), 13: ("Расчёт", 30), 15: ("Замер", 35), 12: ("Показ", 40)}
            | CLOSINGS,
        ),
    ],
    2: [
        Layout("Сервис", {21: ("Передано", 20), 22: ("В работе", 30)} | CLOSINGS),
        Layout("Сервис и гарантия", {21: ("Передано", 20), 22: ("В работе", 30)} | CLOSINGS),
        Layout(
            "Сервис и гарантия",
            {21: ("Передано", 20), 23: ("Акт", 25), 22: ("В работе", 30)} | CLOSINGS,
        ),
    ],
    GRAVEYARD: [Layout("Реанимация", {31: ("Отложены", 20)} | CLOSINGS)] * 3,
}
UNSORTED = 10


@dataclass(frozen=True)
class Move:
    """An entry of a deal into a stage."""

    pipeline: int
    stage: int
    at: datetime


@dataclass(frozen=True)
class Deal:
    id: int
    manager: int
    moves: Sequence[Move]


def layout_at(moment: datetime) -> int:
    """Which of the layouts held: the first one for all the time before the first load."""
    return max(0, sum(moment >= loaded for loaded in LOADED) - 1)


def crowd(deals: int = 400, seed: int = 11) -> list[Deal]:
    """Deals that wander at random through the stages listed at the time."""
    rng = Random(seed)
    wandering = []
    for number in range(1, deals + 1):
        moment = at("2025-12-01 06:00") + timedelta(minutes=rng.randrange(60 * 24 * 120))
        pipeline = rng.choice([1, 1, 1, 1, 2, GRAVEYARD])
        moves: list[Move] = []
        for _ in range(rng.randint(1, 9)):
            if moment >= AS_OF:
                break
            if moves and rng.random() < 0.12:
                pipeline = rng.choice(list(LAYOUTS))
            stages = [*LAYOUTS[pipeline][layout_at(moment)].stages]
            stage = rng.choice(stages if rng.random() < 0.5 else stages[:-2])
            if not moves or (moves[-1].pipeline, moves[-1].stage) != (pipeline, stage):
                moves.append(Move(pipeline, stage, moment))
            moment += timedelta(minutes=rng.randrange(1, 60 * 24 * 25))
        wandering.append(Deal(number, rng.choice(MANAGERS), moves))
    return wandering


def fill(path: Path, deals: Sequence[Deal], loads: int) -> None:
    """Raw tables after so many loads; the stages of today are those of the last one."""
    create_raw_tables(path)
    own = {"account_id": ACCOUNT, "last_seen_at": LOADED[loads - 1]}
    insert(
        path,
        "raw_amocrm.accounts",
        [own | {"base_url": "https://demo.amocrm.ru", "currency": "RUB"}],
    )
    users = [own | {"user_id": user, "name": f"Менеджер {user}"} for user in MANAGERS]
    insert(path, "raw_amocrm.users", users)
    insert(
        path,
        "raw_amocrm.pipelines",
        [
            own | {"pipeline_id": pipeline, "name": versions[loads - 1].name}
            for pipeline, versions in LAYOUTS.items()
        ],
    )
    insert(path, "raw_amocrm.statuses_history", _history(loads))
    present = {(row["pipeline_id"], row["status_id"]): row for row in _history(loads)}
    columns = ("account_id", "pipeline_id", "status_id", "name", "sort", "type")
    insert(
        path,
        "raw_amocrm.statuses",
        [
            {column: row[column] for column in columns}
            | {"last_seen_at": LOADED[loads - 1] if row["is_listed"] else row["valid_from"]}
            for row in present.values()
        ],
    )
    insert(path, "raw_amocrm.leads", [_lead(deal) for deal in deals])
    insert(path, "raw_amocrm.events", [event for deal in deals for event in _events(deal)])


def _history(loads: int) -> list[dict[str, Any]]:
    """A row of a stage whenever a load saw something about it or its pipeline changed."""
    rows, told = [], {}
    for load in range(loads):
        for pipeline, versions in LAYOUTS.items():
            layout = versions[load]
            known = {stage for known_in, stage in told if known_in == pipeline}
            for stage in sorted(known | set(layout.stages)):
                is_listed = stage in layout.stages
                before = told.get((pipeline, stage))
                values = (
                    {"pipeline_name": layout.name}
                    | dict(zip(("name", "sort"), layout.stages[stage], strict=True))
                    | {"is_listed": True}
                    if is_listed
                    else (before or {}) | {"is_listed": False}
                )
                if values == before:
                    continue
                told[pipeline, stage] = values
                rows.append(
                    values
                    | {
                        "account_id": ACCOUNT,
                        "pipeline_id": pipeline,
                        "status_id": stage,
                        "type": 1 if stage == UNSORTED else 0,
                        "valid_from": LOADED[load],
                        "_dlt_id": f"{load}-{pipeline}-{stage}",
                    }
                )
    return rows


def _lead(deal: Deal) -> dict[str, Any]:
    first, last = deal.moves[0], deal.moves[-1]
    return {
        "account_id": ACCOUNT,
        "lead_id": deal.id,
        "name": f"Сделка {deal.id}",
        "price": 0,
        "responsible_user_id": deal.manager,
        "pipeline_id": last.pipeline,
        "status_id": last.stage,
        "created_by": deal.manager,
        "created_at": first.at,
        "updated_at": last.at,
        "closed_at": last.at if last.stage in (WON, LOST) else None,
    }


def _events(deal: Deal) -> Iterator[dict[str, Any]]:
    own = {
        "account_id": ACCOUNT,
        "entity_type": "lead",
        "entity_id": deal.id,
        "created_by": deal.manager,
    }
    added = {"event_id": f"{deal.id}-0", "type": "lead_added", "created_at": deal.moves[0].at}
    yield own | added
    for number, (left, entered) in enumerate(pairwise(deal.moves), start=1):
        yield own | {
            "event_id": f"{deal.id}-{number}",
            "type": "lead_status_changed",
            "created_at": entered.at,
            "before_pipeline_id": left.pipeline,
            "before_status_id": left.stage,
            "after_pipeline_id": entered.pipeline,
            "after_status_id": entered.stage,
        }


Cohort = tuple[int, int, str, int, str]  # pipeline, stage, month, manager, view
Counts = dict[Cohort, Counter[str]]


def expected_conversion(deals: Sequence[Deal]) -> Counts:
    """What the marts must count, by the definitions: every deal asked of every stage."""
    counts: Counts = {}

    def count(deal: Deal, stage: int, entry: Move, view: str, *facts: str) -> None:
        # Moscow is three hours ahead of UTC all year
        month = f"{entry.at + timedelta(hours=3):%Y-%m}-01"
        key = (entry.pipeline, stage, month, deal.manager, view)
        counts.setdefault(key, Counter()).update(("entered", *facts))

    for deal in deals:
        for pipeline in {move.pipeline for move in deal.moves} - {GRAVEYARD}:
            entries = [move for move in deal.moves if move.pipeline == pipeline]
            for stage in {stage for layout in LAYOUTS[pipeline] for stage in layout.stages}:
                if stage == LOST:
                    continue
                first = next((move for move in entries if move.stage == stage), None)
                if first is not None:
                    facts = tuple(_facts(deal, first))
                    for view in ("imputed", "visited"):
                        count(deal, stage, first, view, *facts)
                    if _is_strict(entries, first):
                        count(deal, stage, first, "strict", *facts)
                elif beyond := next((e for e in entries if _passes(e, stage)), None):
                    count(deal, stage, beyond, "imputed", "advanced")
    return counts


def _place(pipeline: int, stage: int, moment: datetime) -> tuple[int, int] | None:
    """Where the stage stood then; a deleted one keeps its last place, one to come has none."""
    for layout in reversed(LAYOUTS[pipeline][: layout_at(moment) + 1]):
        if stage in layout.stages:
            return layout.stages[stage][1], stage
    return None


def _is_listed(pipeline: int, stage: int, moment: datetime) -> bool:
    return stage in LAYOUTS[pipeline][layout_at(moment)].stages


def _lies_beyond(entry: Move, stage: int) -> bool:
    """Whether the entry is further right than the stage, in the order of its own time."""
    place, other = (_place(entry.pipeline, one, entry.at) for one in (entry.stage, stage))
    if entry.stage in (LOST, UNSORTED) or stage == WON or entry.pipeline == GRAVEYARD:
        return False
    return entry.stage == WON or (place is not None and other is not None and place > other)


def _passes(entry: Move, stage: int) -> bool:
    is_ordinary = stage not in (WON, LOST, UNSORTED)
    is_there = _is_listed(entry.pipeline, stage, entry.at)
    return is_ordinary and is_there and _lies_beyond(entry, stage)


def _is_strict(entries: Sequence[Move], first: Move) -> bool:
    layout = LAYOUTS[first.pipeline][layout_at(first.at)].stages
    before = [
        stage
        for stage, (_, sort) in sorted(layout.items(), key=lambda item: item[1][1])
        if stage not in (WON, LOST, UNSORTED) and sort < layout[first.stage][1]
    ]
    stages = [move.stage for move in entries]
    ways = [stages.index(stage) if stage in stages else None for stage in [*before, first.stage]]
    return None not in ways and ways == sorted(ways, key=lambda place: place or 0)


def _facts(deal: Deal, first: Move) -> Iterator[str]:
    """The outcome of a deal in the cohort of a stage, and whether it was won back."""
    later = deal.moves[deal.moves.index(first) + 1 :]
    last = deal.moves[-1]
    working = [move for move in deal.moves if not _is_lost(move) and move.stage != WON]
    is_lost_here = (
        _is_lost(last)
        and bool(working)
        and (working[-1].pipeline, working[-1].stage) == (first.pipeline, first.stage)
    )
    if any(move.pipeline == first.pipeline and _lies_beyond(move, first.stage) for move in later):
        yield "advanced"
    elif not _is_lost(last) and (last.pipeline, last.stage) == (first.pipeline, first.stage):
        yield "still_here"
    elif is_lost_here:
        yield "lost_here"
    elif any(move.pipeline != first.pipeline and not _is_lost(move) for move in later):
        yield "moved_on"
    else:
        yield "left_otherwise"
    if _was_won_back(deal, first):
        yield "reactivated"


def _is_lost(move: Move) -> bool:
    return move.stage == LOST or (move.pipeline == GRAVEYARD and move.stage != WON)


def _was_won_back(deal: Deal, first: Move) -> bool:
    """Lost with this stage as the last working one, then anywhere else but lost."""
    stage = (first.pipeline, first.stage)
    at_work: tuple[int, int] | None = None
    for number, move in enumerate(deal.moves):
        if _is_lost(move):
            came_back = any(not _is_lost(later) for later in deal.moves[number:])
            if at_work == stage and came_back:
                return True
        elif move.stage != WON:
            at_work = (move.pipeline, move.stage)
    return False
