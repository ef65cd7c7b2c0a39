"""Users, loss reasons and stages as history: a row for every change, none for no change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.ingestion.amocrm.conftest import MakeStand
from tests.ingestion.amocrm.reading import Reading, reading
from tests.sandbox.small import ANNA, AS_OF, BORIS, NEW, SALES

__all__ = ["reading"]

TABLES = ("users_history", "loss_reasons_history", "statuses_history")
LATER = AS_OF + timedelta(days=1)
LAST = AS_OF + timedelta(days=2)


def test_every_change_has_a_row_and_the_same_name_again_is_a_row_of_its_own(
    make_stand: MakeStand,
) -> None:
    stand = make_stand()
    stand.load(*TABLES)
    assert [stand.count(table) for table in TABLES] == [3, 2, 10]
    stand.company.users[0].name = "Анна Орлова-Котова"
    stand.company.users[1].in_account = False
    stand.at(LATER).load(*TABLES)
    stand.company.users[0].name = "Анна Орлова"
    stand.company.users[1].in_account = True
    stand.at(LAST).load(*TABLES)
    assert [stand.count(table) for table in TABLES] == [7, 2, 10]

    def told(user_id: int) -> list[tuple[str, bool, datetime]]:
        rows = stand.rows(
            "select name, is_listed, valid_from from raw.users_history "
            f"where user_id = {user_id} order by valid_from"
        )
        return [(name, is_listed, at.astimezone(UTC)) for name, is_listed, at in rows]

    assert told(ANNA) == [
        ("Анна Орлова", True, AS_OF),
        ("Анна Орлова-Котова", True, LATER),
        ("Анна Орлова", True, LAST),
    ]
    assert told(BORIS) == [
        ("Борис Котов", True, AS_OF),
        ("Борис Котов", False, LATER),
        ("Борис Котов", True, LAST),
    ]


def told(reading: Reading, table: str, at: datetime, *columns: str) -> list[tuple[Any, ...]]:
    rows = reading.run(table, at=at)[table]
    return [tuple(row[name] for name in (*columns, "is_listed")) for row in rows]


def test_no_change_is_no_row(reading: Reading) -> None:
    assert [len(rows) for rows in reading.run(*TABLES).values()] == [3, 2, 10]
    assert [len(rows) for rows in reading.run(*TABLES, at=LATER).values()] == [0, 0, 0]


def test_a_token_that_may_not_list_users_removes_nobody(reading: Reading) -> None:
    reading.run("users_history")
    reading.stand.faults.users_forbidden = True
    assert told(reading, "users_history", LATER) == []


def test_a_deleted_reason_and_a_deleted_stage_still_have_their_names(reading: Reading) -> None:
    reading.run(*TABLES)
    reading.stand.company.loss_reasons[0].is_listed = False
    reading.stand.company.pipelines[0].statuses[1].is_listed = False
    assert told(reading, "loss_reasons_history", LATER, "loss_reason_id", "name") == [
        (901, "Дорого", False)
    ]
    keys = ("pipeline_id", "status_id", "pipeline_name", "name")
    assert told(reading, "statuses_history", LATER, *keys) == [
        (SALES, NEW, "Продажи", "Новая заявка", False)
    ]


def test_an_archived_pipeline_changes_the_rows_of_its_stages(reading: Reading) -> None:
    reading.run("statuses_history")
    reading.stand.company.pipelines[1].is_archive = True
    rows = told(reading, "statuses_history", LATER, "pipeline_id", "pipeline_is_archive")
    assert rows == [(102, True, True)] * 4


def test_a_failed_run_leaves_no_trace(reading: Reading) -> None:
    reading.stand.faults.fail_next("/api/v4/leads/loss_reasons", 400)
    with pytest.raises(Exception, match="loss_reasons"):
        reading.run(*TABLES)
    rows = reading.run(*TABLES, at=LATER)["users_history"]
    assert [row["valid_from"] for row in rows] == [LATER] * 3
