"""What the doctor says of a UIS account."""

from pathlib import Path

import pytest

from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.uis.doctor import doctor
from sandbox.running import Services
from tests.ingestion.scripted import FakeClock
from tests.ingestion.uis.journal import settings_for, switches


def lines(settings: Settings) -> dict[str, DoctorLine]:
    return {line.check: line for line in doctor(settings, FakeClock())}


def test_a_healthy_account(services: Services, tmp_path: Path) -> None:
    found = lines(settings_for(services, tmp_path, reports=["calls", "chats"]))
    assert {check: line.status for check, line in found.items()} == {
        "token": "ok",
        "account": "ok",
        "report calls": "ok",
        "report offline_messages": "off",
        "report chats": "ok",
        "limits": "ok",
    }
    assert "Europe/Moscow" in found["account"].message
    assert found["report calls"].message == "1 yesterday"


def test_troubles_are_named(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(services, tmp_path)
    switches(services).disabled_methods = frozenset({"get.chats_report"})
    switches(services).day_remaining = 3
    found = lines(settings)
    assert found["report chats"].status == "failed"
    assert "sources.uis.reports" in found["report chats"].message
    assert (found["limits"].status, found["limits"].message) == (
        "warning",
        "3 requests left today",
    )
    monkeypatch.setenv("SOURCES__UIS__ACCESS_TOKEN", "a-wrong-token-of-somebody")
    found = lines(settings)
    assert (list(found), found["account"].status) == (["token", "account"], "failed")
    assert "a-wrong" not in found["account"].message
    monkeypatch.delenv("SOURCES__UIS__ACCESS_TOKEN")
    assert lines(settings)["token"].status == "failed"
    assert lines(settings_for(services, tmp_path, enabled=False))["source"].status == "off"
