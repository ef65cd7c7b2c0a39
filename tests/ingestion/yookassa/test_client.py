"""What the client makes of refusals and of answers that are none; the doctor's words."""

import base64
import logging
from datetime import date
from pathlib import Path

import pytest

from ingestion.errors import (
    AuthError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
    SourceFormatError,
)
from ingestion.http import ForbiddenError
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.yookassa.client import YookassaClient
from ingestion.sources.yookassa.config import YookassaSection
from ingestion.sources.yookassa.doctor import doctor
from sandbox.running import Services
from sandbox.servers.yookassa import YookassaFaults
from sandbox.simulation.acquiring import SHOP
from tests.ingestion import bank_company
from tests.ingestion.scripted import FakeClock
from tests.ingestion.yookassa.shop import settings_for

SPAN = (date(2026, 10, 1), date(2026, 10, 31))


def listed(services: Services, clock: FakeClock | None = None, tries: int = 6) -> list[object]:
    url = services.url("yookassa") + "/v3"
    section = YookassaSection.model_validate({"base_url": url, "max_attempts": tries})
    client = YookassaClient(section, clock or FakeClock())
    return list(client.listed("payments", SHOP, SPAN, "created_at"))


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (400, RequestRejectedError, "sources.yookassa"),
        (401, AuthError, "secret_key"),
        (403, ForbiddenError, "own cabinet"),
        (404, RequestRejectedError, "base_url"),
    ],
)
def test_refusals_are_told_in_words_with_yookassas_own(
    services: Services, faults: YookassaFaults, status: int, kind: type[SkvozError], word: str
) -> None:
    faults.errors.append(status)
    with pytest.raises(kind) as failed:
        listed(services)
    assert word in str(failed.value)
    assert "for YooKassa's support" in str(failed.value)
    assert services.requests["GET", "/v3/payments"] == 1


@pytest.mark.parametrize("status", [429, 500])
def test_what_passes_is_waited_out(services: Services, faults: YookassaFaults, status: int) -> None:
    faults.errors.extend([status, status])
    assert listed(services)
    faults.errors.extend([status] * 20)
    with pytest.raises(ServiceUnavailableError, match=f"HTTP {status}"):
        listed(services, tries=3)


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"items": {}}', b'{"items": [], "next_cursor": 5}', b"<html>"]
)
def test_an_answer_of_another_form_stops(
    services: Services, faults: YookassaFaults, body: bytes
) -> None:
    faults.bodies.append(body)
    with pytest.raises(SourceFormatError):
        listed(services)


def test_no_secret_gets_into_errors_or_logs(
    services: Services, faults: YookassaFaults, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = services.app("yookassa").state.key
    pair = base64.b64encode(f"{SHOP}:{key}".encode()).decode()
    services.app("yookassa").state.shop.key = "another"
    faults.errors.append(500)
    with pytest.raises(AuthError) as failed:
        listed(services)
    said = str(failed.value) + caplog.text
    assert key not in said
    assert pair not in said


@pytest.mark.parametrize(
    "section", [{"shops": ["x"]}, {"shops": [SHOP, SHOP]}, {"deal_id_key": "it's"}]
)
def test_settings_that_make_no_sense(section: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"shopId|named twice|no key of metadata"):
        YookassaSection.model_validate(section)


def examine(settings: Settings) -> dict[str, DoctorLine]:
    return {line.check: line for line in doctor(settings, FakeClock())}


def test_doctor(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check = f"shop {SHOP}"
    lines = examine(settings_for(services, tmp_path, SHOP, "999999"))
    assert (lines[check].status, lines["shop 999999"].status) == ("ok", "failed")
    nowhere = settings_for(services, tmp_path, base_url="http://127.0.0.1:9")
    assert examine(nowhere)[check].status == "failed"
    monkeypatch.setenv("SOURCES__YOOKASSA__SECRET_KEY", "test_key-of-a-test-shop")
    line = examine(settings_for(services, tmp_path))[check]
    assert (line.status, "test_key" in line.message) == ("failed", False)
    services.app("yookassa").state.shop.key = "test_key-of-a-test-shop"
    assert examine(settings_for(services, tmp_path))[check].status == "warning"
    monkeypatch.delenv("SOURCES__YOOKASSA__SECRET_KEY")
    line = examine(settings_for(services, tmp_path))[check]
    assert "SOURCES__YOOKASSA__SECRET_KEY" in line.message
    assert examine(bank_company.settings_for(tmp_path, "yookassa"))["shops"].status == "failed"
    off = bank_company.settings_for(tmp_path, "yookassa", enabled=False)
    assert examine(off)["source"].status == "off"
