"""What the technical recipient hears: a run once, a feed once until it recovers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock as WriterLock

from orchestration.alerts import tell
from orchestration.deliveries import is_due, session
from orchestration.warehouse import WarehouseLockedError
from tests.orchestration.post import EVERYBODY, MORNING, TECHNICIAN, Company, company

ALONE = EVERYBODY.split("\n\n")[-1]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    with company(tmp_path, monkeypatch, ALONE, 'quiet_hours = ["21:00", "08:00"]') as opened:
        yield opened


def fail(place: Company, run: str, step: str, reason: str, age: timedelta = timedelta()) -> None:
    line = {"at": (place.at - age).isoformat(), "job": "daily", "step": step, "run_id": run}
    with (place.folder / "alerts.jsonl").open("a", encoding="utf-8") as journal:
        journal.write(json.dumps({**line, "reason": reason}, ensure_ascii=False) + "\n")


def heard(place: Company) -> list[str]:
    return place.service.texts(TECHNICIAN)


def test_a_failed_run_is_told_once_with_all_its_steps(place: Company) -> None:
    fail(place, "run-1", "load_amocrm", "токен <отозван>")
    fail(place, "run-1", "load_tbank", "нет связи")
    assert is_due(place.settings, place.at)
    for _ in range(2):
        place.deliver("waiting")
    (alert,) = heard(place)
    assert "Запуск daily не завершён" in alert
    assert "load_amocrm: токен <отозван>" in alert
    assert "load_tbank: нет связи" in alert
    assert not is_due(place.settings, place.at)
    fail(place, "run-2", "load_amocrm", "токен <отозван>")
    assert is_due(place.settings, place.at)
    place.deliver("waiting")
    assert len(heard(place)) == 2


def test_old_and_broken_lines_are_passed_by(place: Company) -> None:
    fail(place, "run-0", "load_amocrm", "прошлый год", age=timedelta(days=3))
    with (place.folder / "alerts.jsonl").open("a", encoding="utf-8") as journal:
        journal.write('{"at": "2026-11-0\n[]\n')
    tell(place.settings, "deliver", "Хозяин, daily", "", "не дошло")
    place.deliver("waiting")
    assert heard(place) == []


def test_an_alert_waits_for_the_morning(place: Company) -> None:
    place.at = MORNING.replace(hour=1)  # 04:00 in Moscow
    fail(place, "run-1", "load_amocrm", "ночью")
    place.deliver("waiting")
    assert heard(place) == []
    place.at = MORNING
    place.deliver("waiting")
    assert len(heard(place)) == 1


def test_a_feed_is_told_once_until_it_recovers(place: Company) -> None:
    def days(*stale: tuple[str, ...]) -> None:
        for feeds in stale:
            place.at += timedelta(days=1)
            place.publish(stale=feeds)
            assert is_due(place.settings, place.at)
            place.deliver("waiting")

    days(("yandex_direct",), ("yandex_direct",))
    assert len(heard(place)) == 1
    assert (
        "Источник не обновляется: Яндекс Директ, последняя загрузка 02.11.2026" in heard(place)[0]
    )
    days((), ())
    assert len(heard(place)) == 2
    assert "Источник снова свежий: Яндекс Директ" in heard(place)[1]
    days(("yandex_direct", "bank_1c"), ("bank_1c",))
    assert len(heard(place)) == 5  # both, and the one that came back


def test_a_feed_ages_without_anything_being_published(place: Company) -> None:
    place.settings = replace(place.settings, as_of=None)
    place.deliver("waiting")
    assert heard(place) == []  # loaded 27 hours ago, 36 are allowed
    place.at += timedelta(hours=11)
    assert is_due(place.settings, place.at)
    place.deliver("waiting")
    assert len(heard(place)) == 3


def test_before_anything_was_published_a_failed_run_is_told(place: Company) -> None:
    (place.settings.published_dir / "skvoz.duckdb").unlink()
    fail(place, "run-1", "load_amocrm", "первый запуск")
    place.deliver("waiting")
    assert len(heard(place)) == 1


def test_a_warehouse_that_is_held_does_not_silence_the_alert(place: Company) -> None:
    fail(place, "run-0", "load_amocrm", "до того")
    place.deliver("waiting")
    fail(place, "run-1", "check_discipline", "another program has the warehouse open")
    holder = WriterLock(place.settings.state_dir / "warehouse.lock")
    with holder:
        for _ in range(2):
            with pytest.raises(WarehouseLockedError):
                session(place.office(), "waiting", wait_seconds=0.1)
    assert len(heard(place)) == 2  # what the log had told before is not told again
    assert "another program" in heard(place)[1]
    place.deliver("waiting")
    assert len(heard(place)) == 2
    assert [row[3] for row in place.log()] == ["sent", "sent"]


def test_an_alert_past_the_log_is_tried_again(place: Company) -> None:
    fail(place, "run-1", "check_discipline", "another program has the warehouse open")
    place.service.switches.failing.add(TECHNICIAN)
    with WriterLock(place.settings.state_dir / "warehouse.lock"):
        with pytest.raises(WarehouseLockedError):
            session(place.office(), "waiting", wait_seconds=0.1)
        place.service.switches.failing.clear()
        with pytest.raises(WarehouseLockedError):
            session(place.office(), "waiting", wait_seconds=0.1)
    assert len(heard(place)) == 1
