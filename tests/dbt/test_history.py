"""Pipelines change while deals move: what was counted before stays as it was."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.dbt import hand_made_history
from tests.dbt.conftest import Warehouse, run_dbt
from tests.dbt.hand_made_history import AS_OF, LOADED, Deal, Move

MARTS = ("rpt_stage_conversion", "rpt_stage_conversion_by", "fct_history_repairs")
OUTCOMES = ("advanced", "lost_here", "still_here", "moved_on", "left_otherwise", "reactivated")


def _build(path: Path, deals: list[Deal], loads: int) -> Warehouse:
    path.mkdir()
    warehouse = path / "warehouse.duckdb"
    hand_made_history.fill(warehouse, deals, loads)
    log = run_dbt(
        warehouse,
        path,
        *("build", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"),
        *("--select", *(f"+{mart}" for mart in MARTS)),
        as_of=AS_OF.isoformat(),
        enabled_sources=["raw_amocrm"],
    )
    return Warehouse(warehouse, log)


@pytest.fixture(scope="module")
def crowd() -> list[Deal]:
    return hand_made_history.crowd()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("history")


@pytest.fixture(scope="module")
def today(folder: Path, crowd: list[Deal]) -> Warehouse:
    return _build(folder / "today", crowd, loads=3)


def test_every_cohort_is_that_of_the_definitions(today: Warehouse, crowd: list[Deal]) -> None:
    expected = hand_made_history.expected_conversion(crowd)
    columns = ("entered", *OUTCOMES)
    rows = today.rows(
        f"""select pipeline_id, stage_id, period_start::varchar, breakdown_value::bigint, view,
            {", ".join(columns)}
        from marts.rpt_stage_conversion_by
        where period_kind = 'month' and breakdown = 'manager' and stage_id <> 0
            and pipeline_id not in (0, {hand_made_history.GRAVEYARD}) and entered > 0"""
    )
    found = {row[:5]: Counter(dict(zip(columns, row[5:], strict=True))) for row in rows}
    assert len(found) > 300
    assert found.keys() == expected.keys()
    assert {key: counts for key, counts in found.items() if counts != expected[key]} == {}


def test_all_pipelines_together_count_a_deal_once(today: Warehouse, crowd: list[Deal]) -> None:
    won = [
        deal for deal in crowd if any(move.stage == hand_made_history.WON for move in deal.moves)
    ]
    assert today.rows(
        """select stage_name, sum(entered), sum(advanced) from marts.rpt_stage_conversion
        where pipeline_id = 0 and view = 'visited' group by all order by 1"""
    ) == [("__all__", len(crowd), len(won)), ("__won__", len(won), 0)]


def test_a_deal_put_into_the_graveyard_was_lost_where_it_stood(today: Warehouse) -> None:
    # only wins and creations of a graveyard are told
    assert today.rows(
        f"""select distinct stage_id from marts.rpt_stage_conversion
        where pipeline_id = {hand_made_history.GRAVEYARD} order by 1"""
    ) == [(0,), (142,)]


def _told_before(deals: list[Deal], load: int) -> list[Deal]:
    """The deals as a load that came before saw them."""
    cut = [[move for move in deal.moves if move.at < LOADED[load]] for deal in deals]
    return [
        Deal(deal.id, deal.manager, moves) for deal, moves in zip(deals, cut, strict=True) if moves
    ]


def _conversion(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.rows(
        f"""select pipeline_id, stage_id, period_kind, period_start, breakdown, breakdown_value,
            view, entered, {", ".join(OUTCOMES)}, conversion, skip_share, resolved_share,
            median_days_to_next
        from marts.rpt_stage_conversion_by order by all"""
    )


def _stays(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.rows(
        """select * exclude (stage_name_now) from intermediate.int_funnel__described_visits
        order by all"""
    )


@pytest.fixture(scope="module")
def january(folder: Path, crowd: list[Deal]) -> Warehouse:
    """The company as it was before its pipelines were changed for the first time."""
    return _build(folder / "january", _told_before(crowd, 1), loads=1)


def test_changed_pipelines_restate_nothing_that_was_counted_before(
    january: Warehouse, folder: Path, crowd: list[Deal]
) -> None:
    later = _build(folder / "later", _told_before(crowd, 1), loads=3)
    assert _stays(later) == _stays(january)
    assert _conversion(later) == _conversion(january)


def test_who_is_of_a_cohort_is_settled_at_the_entry(today: Warehouse, january: Warehouse) -> None:
    # what becomes of a deal changes with time; that it entered, and how strictly, does not
    cohorts = """select pipeline_id, stage_id, cohort_month, view, entered
        from marts.rpt_stage_conversion
        where view <> 'imputed' and cohort_month < '2026-02-01' and entered > 0 order by all"""
    assert today.rows(cohorts) == january.rows(cohorts)


def test_stays_have_the_names_and_the_order_of_their_time(folder: Path) -> None:
    day = timedelta(days=1)
    first, second, third = LOADED
    deals = [
        # over "Встреча" before, in one step from "Новая" to "Расчёт" since
        Deal(1, 501, [Move(1, 11, first), Move(1, 13, second - 3 * day)]),
        Deal(2, 501, [Move(1, 11, first), Move(1, 13, second + day)]),
        # forward before, back since
        Deal(3, 501, [Move(1, 12, first), Move(1, 13, second - 3 * day)]),
        Deal(4, 501, [Move(1, 12, first), Move(1, 13, second + day)]),
        # out of a deleted stage into one that was renamed
        Deal(5, 501, [Move(1, 14, first), Move(1, 12, second - 3 * day)]),
        Deal(6, 501, [Move(1, 14, first), Move(1, 12, third + day)]),
        # "Замер" was in use two days before a load saw it: its layout holds from then on
        Deal(7, 501, [Move(1, 11, first), Move(1, 15, second - 2 * day)]),
        Deal(8, 501, [Move(1, 12, first), Move(1, 13, second - 1 * day)]),
    ]
    warehouse = _build(folder / "names", deals, loads=3)
    assert warehouse.rows(
        """select deal_id, pipeline_name, stage_name, stage_name_now, stage_order, direction,
            skipped_stages
        from intermediate.int_funnel__described_visits
        where visit_number = 2 order by deal_id"""
    ) == [
        (1, "Продажи", "Расчёт", "Расчёт", 4, "forward", 1),
        (2, "Отдел продаж", "Расчёт", "Расчёт", 3, "forward", 0),
        (3, "Продажи", "Расчёт", "Расчёт", 4, "forward", 0),
        (4, "Отдел продаж", "Расчёт", "Расчёт", 3, "back", 0),
        (5, "Продажи", "Встреча", "Показ", 3, "back", 0),
        (6, "Отдел продаж", "Показ", "Показ", 6, "back", 0),
        (7, "Отдел продаж", "Замер", "Замер", 4, "forward", 1),
        (8, "Отдел продаж", "Расчёт", "Расчёт", 3, "back", 0),
    ]
    assert warehouse.rows(
        """select distinct stage_name, is_listed from intermediate.int_funnel__described_visits
        where stage_id = 14"""
    ) == [("Договор", True)]
