"""Runs that must fail: nothing of them is loaded, and no cursor moves."""

from datetime import timedelta
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import SourceFormatError
from tests.ingestion.amocrm.conftest import Stand
from tests.sandbox.small import AS_OF, moment


def failure(stand: Stand, *tables: str) -> BaseException:
    """The error at the bottom of a failed run."""
    with pytest.raises(PipelineStepFailed) as raised:
        stand.load(*tables)
    return cause_of(raised.value)


def cause_of(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def test_a_flipped_type_stops_the_run_before_anything_is_loaded(stand: Stand) -> None:
    stand.load("leads", "contacts")
    before = stand.rows("select count(*) from raw._dlt_loads")
    stand.company.contacts[0].name = "Переименован"
    stand.company.contacts[0].updated_at = int(AS_OF.timestamp())
    stand.faults.minor_units = True
    stand.company.leads[7].price = _PriceInWords("12к")  # type: ignore[assignment]
    error = failure(stand, "leads", "contacts")
    assert isinstance(error, SourceFormatError)
    assert "lead 1008: price_with_minor_units is '12к'" in str(error)
    assert stand.rows("select count(*) from raw._dlt_loads") == before
    assert stand.rows("select name from raw.contacts where contact_id = 201") == [("Пётр Иванов",)]


class _PriceInWords(str):
    """Whole roubles as the server expects them, the exact price as it must not be."""

    def __int__(self) -> int:
        return 12


def test_dlt_itself_refuses_a_flipped_type(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    stand.load("tasks")

    def flipped(*_: Any) -> dict[str, Any]:
        return {"account_id": 777, "task_id": 401, "duration": "долго"}

    monkeypatch.setattr("ingestion.sources.amocrm.rows.task_row", flipped)
    with pytest.raises(PipelineStepFailed, match=r"contract_mode.*freeze"):
        stand.load("tasks")
    assert stand.rows("select count(*) from raw.tasks where text is null") == [(0,)]


def test_a_failed_run_moves_no_cursor(stand: Stand) -> None:
    stand.load()
    stand.company.leads[0].name = "Правка"
    stand.company.leads[0].updated_at = moment("2026-10-31 12:00")
    newest = stand.company.tasks[0]
    newest.updated_at = moment("2026-10-31 22:00")
    stand.faults.fail_next("/api/v4/tasks", 400)
    failure(stand)
    assert stand.rows("select name from raw.leads where lead_id = 1001") == [("Сделка 1001",)]
    later = stand.at(AS_OF + timedelta(hours=9))
    later.load()
    assert stand.rows("select name from raw.leads where lead_id = 1001") == [("Правка",)]
