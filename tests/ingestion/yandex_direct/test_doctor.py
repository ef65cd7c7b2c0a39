"""What the doctor says of a cabinet, in each of the ways it can be wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.yandex_direct.doctor import doctor
from sandbox.model import Campaign
from sandbox.running import Services
from sandbox.servers.yandex_direct.switches import DirectFaults
from tests.ingestion.yandex_direct.cabinet import SwiftClock, settings_for
from tests.sandbox.small import LOGIN


def examine(settings: Settings) -> dict[str, DoctorLine]:
    return {line.check: line for line in doctor(settings, SwiftClock())}


def test_all_is_well(services: Services, tmp_path: Path) -> None:
    lines = examine(settings_for(services, tmp_path))
    assert {line.status for line in lines.values()} == {"ok"}
    assert lines[f"cabinet {LOGIN}"].message == "opens, counts in RUB"


def test_token_and_logins(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = examine(settings_for(services, tmp_path, is_named=False))
    assert nobody["logins"].status == "failed"
    lines = examine(settings_for(services, tmp_path, LOGIN, "nobody"))
    assert lines[f"cabinet {LOGIN}"].status == "ok"
    assert "no such login" in lines["cabinet nobody"].message
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", "y0_wrong_token_value")
    line = examine(settings_for(services, tmp_path))[f"cabinet {LOGIN}"]
    assert (line.status, "y0_wrong" in line.message) == ("failed", False)
    monkeypatch.delenv("SOURCES__YANDEX_DIRECT__TOKEN")
    line = examine(settings_for(services, tmp_path))[f"cabinet {LOGIN}"]
    assert line.status == "failed"
    assert "SOURCES__YANDEX_DIRECT__TOKEN" in line.message


def test_address_that_leads_nowhere(services: Services, tmp_path: Path) -> None:
    for url in ("http://127.0.0.1:9", "direct"):
        lines = examine(settings_for(services, tmp_path, base_url=url))
        assert lines[f"cabinet {LOGIN}"].status == "failed"


def test_agency_and_its_clients(services: Services, tmp_path: Path) -> None:
    agency = [{"login": "agency-x", "agency": True}]
    settings = settings_for(services, tmp_path, is_named=False, cabinets=agency)
    assert examine(settings)["agency agency-x"].status == "failed"  # an advertiser's token
    switches = services.faults.of(DirectFaults)
    switches.is_agency = True
    services.company.campaigns.append(Campaign(800001, "Вторая", login="second"))
    lines = examine(settings)
    assert lines["agency agency-x"].message == "opens, 2 clients"
    assert {lines[f"cabinet {login}"].status for login in (LOGIN, "second")} == {"ok"}
    switches.archived_logins = {LOGIN, "second"}
    assert examine(settings)["agency agency-x"].message == "opens, but has no clients"


def test_nobody_waits_for_the_doctor(services: Services, tmp_path: Path) -> None:
    clock = SwiftClock()
    for code in (152, 9000, 1000):
        services.faults.direct_errors.append(code)
        (line,) = doctor(settings_for(services, tmp_path), clock)
        assert (line.status, f"error {code}" in line.message) == ("failed", True)
    assert clock.slept == []


def test_currency_and_emptiness(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    check = f"cabinet {LOGIN}"
    company = settings.company.model_copy(update={"currency": "KZT"})
    config = settings.company_config.model_copy(update={"company": company})
    line = examine(replace(settings, company_config=config))[check]
    assert (line.status, "counts in RUB" in line.message) == ("warning", True)


def test_switched_off(services: Services, tmp_path: Path) -> None:
    assert examine(settings_for(services, tmp_path, enabled=False))["source"].status == "off"
