"""Dagster's side: hours in the company's zone, nothing where nobody gets anything."""

from datetime import time
from pathlib import Path

import dagster as dg
import pytest

from ingestion.errors import ConfigError
from ingestion.settings import Settings, read_company_config
from orchestration.alerts import tell
from orchestration.delivery.jobs import (
    build_delivery_jobs,
    build_delivery_sensors,
    delivery_crons,
    run_delivery,
)
from orchestration.delivery.quiet import quiet_until
from orchestration.schedules import build_schedules
from tests.orchestration.post import EVERYBODY, MORNING, OWNER, OWNER_ONLY, company, config


def settings_of(folder: Path, recipients: str, delivery: str = "") -> Settings:
    path = folder / "company.toml"
    text = config("http://127.0.0.1:1", recipients, delivery)
    path.write_text(text, encoding="utf-8")
    return Settings(folder, path, read_company_config(path))


def test_schedules_follow_the_settings(tmp_path: Path) -> None:
    hours = 'daily_at = "08:05"\nweekly_on = 7\nweekly_at = "19:30"'
    settings = settings_of(tmp_path, EVERYBODY, hours)
    jobs = build_delivery_jobs(settings, set())
    assert [job.name for job in jobs] == ["deliver_daily", "deliver_weekly", "deliver_waiting"]
    schedules = {schedule.name: schedule for schedule in build_schedules(settings, jobs)}
    assert {name: one.cron_schedule for name, one in schedules.items()} == {
        "deliver_daily": "5 8 * * *",
        "deliver_weekly": "30 19 * * 0",
    }
    assert {one.execution_timezone for one in schedules.values()} == {"Europe/Moscow"}
    (sensor,) = build_delivery_sensors(settings, jobs)
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING


def test_nobody_means_no_job_and_no_hour(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "")
    assert build_delivery_jobs(settings, set()) == []
    assert delivery_crons(settings) == {}
    daily = settings_of(tmp_path, OWNER_ONLY + '\ndigests = ["daily"]')
    assert set(delivery_crons(daily)) == {"deliver_daily"}
    technician = settings_of(tmp_path, EVERYBODY.split("\n\n")[-1])
    assert delivery_crons(technician) == {}
    assert len(build_delivery_jobs(technician, set())) == 3  # alerts


def test_a_job_delivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everyday = OWNER_ONLY + '\ndigests = ["daily"]'  # whatever day the test runs on
    with company(tmp_path, monkeypatch, everyday, "quiet_hours = []") as place:
        (job, *_) = build_delivery_jobs(place.settings, set())
        for _ in range(2):
            assert job.execute_in_process().success
        assert len(place.service.texts(OWNER)) == 1


def test_what_waits_is_looked_at_and_not_started_over_and_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    technician = EVERYBODY.split("\n\n")[-1]
    with company(tmp_path, monkeypatch, technician, "quiet_hours = []") as place:
        settings = place.settings
        (sensor,) = build_delivery_sensors(settings, build_delivery_jobs(settings, set()))
        with dg.DagsterInstance.ephemeral() as instance:
            first = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
            assert len(first.run_requests or ()) == 1
            again = dg.build_sensor_context(instance=instance, cursor=first.cursor)
            assert not sensor.evaluate_tick(again).run_requests
            run_delivery(settings, "waiting")
            later = dg.build_sensor_context(instance=instance, cursor=MORNING.isoformat())
            assert sensor.evaluate_tick(later).skip_message == "nothing waits"
            tell(settings, "daily", "load_amocrm", "run-1", "нет связи")
            assert len(sensor.evaluate_tick(later).run_requests or ()) == 1


def test_a_job_without_anything_published_fails_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyday = OWNER_ONLY + '\ndigests = ["daily"]'
    with company(tmp_path, monkeypatch, everyday, "quiet_hours = []") as place:
        (place.settings.published_dir / "skvoz.duckdb").unlink()
        (job, *_) = build_delivery_jobs(place.settings, set())
        done = job.execute_in_process(raise_on_error=False)
        assert not done.success
        (failure,) = [event for event in done.all_events if event.is_step_failure]
        assert "run the daily job first" in str(failure.event_specific_data)


@pytest.mark.parametrize(
    ("hours", "utc", "end"),
    [
        ('["21:00", "08:00"]', time(17, 59), None),
        ('["21:00", "08:00"]', time(18), "04T05:00"),
        ('["21:00", "08:00"]', time(22), "04T05:00"),  # 01:00 of the next day in Moscow
        ('["21:00", "08:00"]', time(4, 59), "03T05:00"),
        ('["21:00", "08:00"]', time(5), None),
        ('["12:00", "13:00"]', time(9, 30), "03T10:00"),
        ("[]", time(22), None),
    ],
)
def test_quiet_hours_end_in_the_companys_zone(
    tmp_path: Path, hours: str, utc: time, end: str | None
) -> None:
    settings = settings_of(tmp_path, OWNER_ONLY, f"quiet_hours = {hours}")
    now = MORNING.replace(hour=utc.hour, minute=utc.minute)
    until = quiet_until(settings, now)
    assert (until and f"{until:%dT%H:%M}") == end
    assert until is None or until > now


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('to = "100"', 'to = "Иванов"', "a chat's number or @channel"),
        ('role = "owner"', 'role = "manager"', "say whose deals with user"),
        ('role = "owner"', 'role = "owner"\npipelines = [1]', "head of sales or a manager"),
        ('via = "telegram"', 'via = "email"', "is not an address"),
        ('via = "telegram"\nto = "100"', 'via = "email"\nto = "a@b.c"', "host and sender"),
        ('via = "telegram"\nto = "100"', 'via = "folder"\nto = "../etc"', "inside delivery.folder"),
        ('name = "Хозяин"', 'name = "Хозяин"\nphone = 1', "Extra inputs"),
        ("max_attempts = 3", 'quiet_hours = ["9:00", "25:00"]', "is not a time of day"),
        ("http://127.0.0.1:1", "http://api.telegram.org", "expected https"),
        ("http://127.0.0.1:1", "http://127.0.0.1.evil.example", "expected https"),
        (
            "[sources.amocrm]",
            '[delivery.email]\nhost = "mail.example"\nsecurity = "plain"\n[sources.amocrm]',
            "this machine only",
        ),
        ("[sources.amocrm]", OWNER_ONLY + "\n[sources.amocrm]", "two recipients have one name"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "company.toml"
    text = config("http://127.0.0.1:1", OWNER_ONLY)
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as error:
        read_company_config(path)
    assert "delivery" in str(error.value)
