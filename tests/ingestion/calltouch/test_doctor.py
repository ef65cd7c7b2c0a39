"""What the doctor says of a Calltouch account."""

from pathlib import Path

import pytest

from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.calltouch.doctor import doctor
from sandbox.running import Services
from tests.ingestion.calltouch.diary import contacts, settings_for, switches
from tests.ingestion.calltouch.test_load import form
from tests.ingestion.scripted import FakeClock


def lines(settings: Settings) -> dict[str, DoctorLine]:
    return {line.check: line for line in doctor(settings, FakeClock())}


def test_a_healthy_account(services: Services, tmp_path: Path) -> None:
    contacts(services).append(form(202, "2026-10-30 12:00"))
    found = lines(settings_for(services, tmp_path))
    assert {check: line.status for check, line in found.items()} == {
        "token": "ok",
        "site 36418": "ok",
        "requests": "ok",
    }
    assert found["site 36418"].message == "1 calls yesterday"


def test_troubles_are_named(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts(services).append(form(202, "2026-10-30 12:00"))
    switches(services).timezone = "Asia/Omsk"
    found = lines(settings_for(services, tmp_path, site_ids=[777]))
    assert found["site 777"].status == "failed"
    assert found["time zone"].message == "Calltouch's clock is +3 h from Europe/Moscow"
    assert lines(settings_for(services, tmp_path, site_ids=[]))["sites"].status == "warning"
    monkeypatch.setenv("SOURCES__CALLTOUCH__CLIENT_API_ID", "a-wrong-token-of-somebody")
    found = lines(settings_for(services, tmp_path))
    assert (found["site 36418"].status, found["requests"].status) == ("failed", "failed")
    assert "a-wrong" not in found["requests"].message
    monkeypatch.delenv("SOURCES__CALLTOUCH__CLIENT_API_ID")
    assert lines(settings_for(services, tmp_path))["token"].status == "failed"
    assert lines(settings_for(services, tmp_path, enabled=False))["source"].status == "off"
