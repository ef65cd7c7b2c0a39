"""What the doctor says of a cabinet, in each of the ways it can be wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.vk_ads.doctor import doctor
from sandbox.running import Services
from tests.ingestion.vk_ads.cabinet import SwiftClock, cabinets_of, settings_for, switches
from tests.ingestion.vk_ads.test_access import use_up

AGENCY = {"name": "client", "agency_client_id": 2}


def examine(settings: Settings) -> dict[str, DoctorLine]:
    return {line.check: line for line in doctor(settings, SwiftClock())}


def test_all_is_well(services: Services, tmp_path: Path) -> None:
    lines = examine(settings_for(services, tmp_path, "main", AGENCY))
    assert {check: line.status for check, line in lines.items()} == {
        "cabinet main": "ok",
        "cabinet client": "ok",
    }


def test_nothing_is_named_or_switched_on(services: Services, tmp_path: Path) -> None:
    assert examine(settings_for(services, tmp_path, enabled=False))["source"].status == "off"
    lines = examine(settings_for(services, tmp_path, cabinets=[]))
    assert lines["cabinets"].status == "failed"
    assert 'cabinets = ["main"]' in lines["cabinets"].action


def test_secrets_are_missing_or_wrong(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(services, tmp_path, "main", AGENCY)
    monkeypatch.setenv("SOURCES__VK_ADS__CLIENT_SECRET", "wrong-secret-of-the-company")
    lines = examine(settings)
    assert (lines["cabinet main"].status, lines["cabinet client"].status) == ("failed", "ok")
    assert "wrong-secret" not in str(lines)
    monkeypatch.delenv("SOURCES__VK_ADS__CLIENT_SECRET")
    line = examine(settings)["cabinet main"]
    assert "SOURCES__VK_ADS__CLIENT_SECRET" in line.message
    assert "API access" in line.action


def test_tokens_are_used_up(services: Services, tmp_path: Path) -> None:
    use_up(services.app("vk_ads").state.access)
    line = examine(settings_for(services, tmp_path))["cabinet main"]
    assert (line.status, "five tokens" in line.message) == ("failed", True)
    settings = settings_for(services, tmp_path, drop_tokens_when_full=True)
    lines = examine(settings)
    assert (lines["tokens"].status, lines["cabinet main"].status) == ("warning", "ok")


def test_tokens_cannot_be_kept(services: Services, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    line = examine(settings_for(services, tmp_path))["cabinet main"]
    assert (line.status, "tokens cannot be kept" in line.message) == ("failed", True)


def test_address_that_leads_nowhere(services: Services, tmp_path: Path) -> None:
    for url in ("http://127.0.0.1:9", "vk"):
        settings = settings_for(services, tmp_path, base_url=url)
        assert examine(settings)["cabinet main"].status == "failed"


def test_too_few_rights(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    examine(settings)
    switches(services).errors.append((403, "ERR_ACCESS_DENIED"))
    line = examine(settings)["cabinet main"]
    assert (line.status, "read_ads" in line.message) == ("failed", True)


def test_currency_and_emptiness(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path, currency="KZT")
    line = examine(settings)["cabinet main"]
    assert (line.status, "counts in KZT" in line.message) == ("warning", True)
    company = settings.company.model_copy(update={"currency": "KZT"})
    config = settings.company_config.model_copy(update={"company": company})
    assert examine(replace(settings, company_config=config))["cabinet main"].status == "ok"
    cabinets_of(services)[0].plans.clear()
    line = examine(settings_for(services, tmp_path))["cabinet main"]
    assert (line.status, "no campaigns" in line.message) == ("warning", True)
