"""What the doctor says of a counter."""

from pathlib import Path

import pytest

from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.yandex_metrica.doctor import doctor
from sandbox.running import Services
from sandbox.simulation.visits import COUNTER
from tests.ingestion.scripted import FakeClock
from tests.ingestion.yandex_metrica.site import settings_for, switches
from tests.ingestion.yandex_metrica.test_logs import put


def lines(settings: Settings) -> dict[str, DoctorLine]:
    return {line.check: line for line in doctor(settings, FakeClock())}


def test_a_healthy_counter(services: Services, tmp_path: Path) -> None:
    found = lines(settings_for(services, tmp_path))
    assert [(line.check, line.status, line.message) for line in found.values()] == [
        (f"counter {COUNTER}", "ok", "opens, days and times of Europe/Moscow")
    ]


def test_troubles_are_named(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, check = settings_for(services, tmp_path), f"counter {COUNTER}"
    put(services, 3, ("ym:s:visitID",), "processed")
    switches(services).quota_bytes = 10
    assert "1 requests of other programs" in lines(settings)[check].message
    two = lines(settings_for(services, tmp_path, counters=[COUNTER, 5]))
    assert two["counter 5"].status == "failed"
    monkeypatch.setenv("SOURCES__YANDEX_METRICA__TOKEN", "y0_wrong_token_of_somebody")
    assert "replace the secret token" in lines(settings)[check].message
    monkeypatch.delenv("SOURCES__YANDEX_METRICA__TOKEN")
    assert lines(settings)[check].status == "failed"
    assert lines(settings_for(services, tmp_path, counters=[]))["counters"].status == "failed"
    assert lines(settings_for(services, tmp_path, enabled=False))["source"].status == "off"
