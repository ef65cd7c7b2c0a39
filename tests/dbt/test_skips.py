"""Mass changes, click-throughs and skips of random histories, against definitions in Python."""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import duckdb
import pytest

from tests.dbt.conftest import Warehouse

START = datetime(2026, 1, 1)  # noqa: DTZ001 naive UTC by contract
LOST = 143
# around every bound: of a burst, of an instant, of a click-through, of a day
PAUSES = (0, 1, 5, 6, 20, 58, 60, 61, 86400)

_TABLES = """
attach ':memory:' as warehouse;
create schema warehouse.intermediate;
create schema warehouse.marts;
create table warehouse.intermediate.int_funnel__described_visits (
    account_id bigint, deal_id bigint, visit_number integer, pipeline_id bigint, stage_id bigint,
    from_pipeline_id bigint, from_stage_id bigint, entered_by_user_id bigint, direction varchar,
    repair varchar, skipped_stages integer, dwell_seconds bigint, is_lost boolean,
    is_unbroken boolean, is_deleted boolean, entered_at timestamp, left_at timestamp);
create table warehouse.intermediate.int_funnel__ordered_changes (
    account_id bigint, deal_id bigint, kind varchar, change_number bigint, before_node varchar,
    after_node varchar, after_responsible_user_id bigint, created_by_user_id bigint,
    created_at timestamp);
create table warehouse.marts.fct_deal_activities (
    account_id bigint, deal_id bigint, activity_id varchar, is_work boolean,
    occurred_at timestamp);
"""


class Stay(NamedTuple):
    deal: int
    number: int
    stage: int
    actor: int | None
    direction: str | None
    repair: str | None
    skipped: int
    is_unbroken: bool
    is_deleted: bool
    entered: datetime
    left: datetime | None

    @property
    def seconds(self) -> int:
        assert self.left is not None
        return int((self.left - self.entered).total_seconds())

    @property
    def is_quick_step(self) -> bool:
        return (
            self.number > 1
            and self.direction == "forward"
            and self.stage != LOST
            and self.repair is None
            and (self.actor or 0) > 0
        )


def _draw_deal(draw: random.Random, deal: int) -> list[Stay]:
    count = draw.randint(1, 8)
    moments = [START + timedelta(seconds=draw.choice(PAUSES))]
    for _ in range(count - 1):
        moments.append(moments[-1] + timedelta(seconds=draw.choice(PAUSES)))
    repairs = [draw.choice([None] * 9 + ["gap"]) for _ in range(count)]
    is_deleted = draw.random() < 0.2
    actors = draw.choice([(501,), (501, 501, 501, 502), (0, 501), (0,), (501, None)])
    stays = []
    for number, (entered, repair) in enumerate(zip(moments, repairs, strict=True), start=1):
        is_last = number == count
        stage = draw.choice([11, 12, 13, LOST]) if number > 1 else 11
        direction = None if number == 1 else draw.choice(["forward"] * 5 + ["back"])
        stays.append(
            Stay(
                deal=deal,
                number=number,
                stage=stage,
                actor=draw.choice(actors),
                direction=direction,
                repair=repair,
                skipped=draw.choice([0, 1, 2, 3])
                if direction == "forward" and stage != LOST
                else 0,
                is_unbroken=repair is None and (is_last or repairs[number] is None),
                is_deleted=is_deleted,
                entered=entered,
                left=None if is_last else moments[number],
            )
        )
    return stays


def _close_bursts(changes: list[tuple[datetime, int, int]]) -> set[tuple[int, int]]:
    changes.sort()
    bursts = [[changes[0]]]
    for before, change in pairwise(changes):
        if change[0] - before[0] > timedelta(seconds=5):
            bursts.append([])
        bursts[-1].append(change)
    return {
        (deal, number)
        for burst in bursts
        if len({deal for _, deal, _ in burst}) >= 5
        for _, deal, number in burst
    }


def _mass_moves(deals: list[list[Stay]]) -> set[tuple[int, int]]:
    alike = defaultdict(list)
    for stay in (stay for stays in deals for stay in stays[1:]):
        if stay.actor is not None:
            alike[stay.actor, stay.stage].append((stay.entered, stay.deal, stay.number))
    return set().union(*(_close_bursts(changes) for changes in alike.values()))


def _click_throughs(deals: list[list[Stay]]) -> set[tuple[int, int]]:
    found = set()
    for stays in deals:
        runs: list[list[Stay]] = [[]]
        for stay in stays:
            before = runs[-1][-1] if runs[-1] else None
            continues = (
                before is not None
                and before.number == stay.number - 1
                and before.actor == stay.actor
                and stay.entered - before.entered <= timedelta(seconds=60)
            )
            if stay.is_quick_step:
                runs[-1:] = [[*runs[-1], stay]] if continues else [runs[-1], [stay]]
        for run in runs:
            if len(run) >= 3 and run[-1].entered - run[0].entered <= timedelta(seconds=120):
                found |= {(stay.deal, stay.number) for stay in run}
    return found


def _norms(deals: list[list[Stay]]) -> dict[int, float]:
    lengths = defaultdict(list)
    for stay in (stay for stays in deals for stay in stays):
        if stay.left is not None and stay.is_unbroken and not stay.is_deleted:
            lengths[stay.stage].append(stay.seconds)
    norms = {}
    for stage, seconds in lengths.items():
        place, rest = divmod(9 * (len(seconds) - 1), 10)
        low, high = [*sorted(seconds), 0][place : place + 2]
        if len(seconds) >= 10:
            norms[stage] = low + (high - low) * rest / 10 if rest else low
    return norms


def _expected(
    deals: list[list[Stay]], work: list[tuple[int, str, bool, datetime]]
) -> dict[tuple[int, int], tuple[Any, ...]]:
    mass, clicked, norms = _mass_moves(deals), _click_throughs(deals), _norms(deals)
    expected = {}
    for origin, stay in (pair for stays in deals for pair in pairwise(stays)):
        key = (stay.deal, stay.number)
        worked = sorted(
            (moment, activity)
            for deal, activity, is_work, moment in work
            if deal == stay.deal and is_work and origin.entered <= moment < stay.entered
        )
        evidence, count = None, None
        if stay.skipped:
            count = len(worked)
            if key in mass and stay.skipped >= 2:
                evidence = "mass_change"
            elif key in clicked:
                evidence = "click_through"
            elif (
                stay.skipped >= 2
                and origin.is_unbroken
                and origin.seconds >= norms.get(origin.stage, float("inf"))
                and worked
            ):
                evidence = "late_jump"
            else:
                evidence = "work_done" if worked else "plausible"
        if evidence or key in mass or key in clicked:
            first, last = (worked[0][1], worked[-1][1]) if count else (None, None)
            expected[key] = (evidence, key in mass, key in clicked, count, first, last)
    return expected


@pytest.mark.parametrize("seed", range(10))
def test_random_histories_are_judged_as_defined(company: Warehouse, seed: int) -> None:
    draw = random.Random(seed)
    deals = [_draw_deal(draw, deal) for deal in range(1, 161)]
    stays = [stay for stays in deals for stay in stays]
    work = [
        (stay.deal, f"a{number}", draw.random() < 0.8, stay.entered + timedelta(seconds=offset))
        for number, stay in enumerate(stays)
        for offset in draw.sample((-1, 0, 1, 60), draw.choice((0, 0, 1, 2)))
    ]
    with duckdb.connect() as connection:
        connection.execute(_TABLES)
        connection.executemany(
            "insert into warehouse.intermediate.int_funnel__described_visits"
            " values (1, ?, ?, 1, ?, 1, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    stay.deal,
                    stay.number,
                    stay.stage,
                    stay.actor,
                    stay.direction,
                    stay.repair,
                    stay.skipped,
                    stay.seconds if stay.left else None,
                    stay.stage == LOST,
                    stay.is_unbroken,
                    stay.is_deleted,
                    stay.entered,
                    stay.left,
                )
                for stay in stays
            ],
        )
        connection.executemany(
            "insert into warehouse.marts.fct_deal_activities values (1, ?, ?, ?, ?)",
            [(1, "none", True, START), *work],
        )
        compiled = company.path.parent / "compiled/skvoz/models/intermediate/funnel"
        for model in ("int_funnel__mass_changes", "int_funnel__judged_moves"):
            sql = (compiled / f"{model}.sql").read_text(encoding="utf-8")
            connection.execute(f"create table warehouse.intermediate.{model} as {sql}")
        found = connection.execute(
            """select deal_id, visit_number, skip_evidence, is_mass_change, is_click_through,
                work_activities, first_work_id, last_work_id
            from warehouse.intermediate.int_funnel__judged_moves"""
        ).fetchall()
    expected = _expected(deals, [(1, "none", True, START), *work])
    assert {row[:2]: row[2:] for row in found} == expected
    assert {"mass_change", "click_through", "late_jump", "work_done", "plausible", None} == {
        evidence for evidence, *_ in expected.values()
    }
