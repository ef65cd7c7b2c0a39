"""What the client makes of the bank's refusals and of answers that are none; the doctor's words."""

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
from ingestion.sources.tochka.client import TochkaClient
from ingestion.sources.tochka.config import TochkaSection
from ingestion.sources.tochka.doctor import doctor
from sandbox.running import Services
from sandbox.servers.tochka import TochkaFaults
from tests.ingestion import bank_company
from tests.ingestion.scripted import FakeClock
from tests.ingestion.tochka.bank import ACCOUNT, ORDERS, settings_for

SPAN = (date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def client(services: Services, tmp_path: Path) -> TochkaClient:
    return TochkaClient(settings_for(services, tmp_path), FakeClock())


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (400, RequestRejectedError, "sources.tochka.accounts"),
        (401, AuthError, "issue a new JWT"),
        (403, ForbiddenError, "ReadStatements"),
        (404, RequestRejectedError, "base_url"),
        (422, RequestRejectedError, "history_months"),
    ],
)
def test_refusals_are_told_in_words_with_the_banks_own(
    services: Services,
    faults: TochkaFaults,
    client: TochkaClient,
    status: int,
    kind: type[SkvozError],
    word: str,
) -> None:
    faults.errors.append(status)
    with pytest.raises(kind) as failed:
        client.statement(ACCOUNT, SPAN)
    assert word in str(failed.value)
    assert "for the bank's support" in str(failed.value)
    assert services.requests[ORDERS] == 1


def test_a_dependency_is_waited_for(faults: TochkaFaults, client: TochkaClient) -> None:
    faults.errors.extend([424, 424])
    assert client.statement(ACCOUNT, SPAN).transactions
    faults.errors.extend([424] * 10)
    with pytest.raises(ServiceUnavailableError, match="FAILED_DEPENDENCY"):
        client.statement(ACCOUNT, SPAN)


@pytest.mark.parametrize("status", [429, 500])
def test_what_passes_is_waited_out(faults: TochkaFaults, client: TochkaClient, status: int) -> None:
    faults.errors.extend([status, status])
    assert client.statement(ACCOUNT, SPAN).transactions
    faults.errors.extend([status] * 20)
    with pytest.raises(ServiceUnavailableError, match=f"HTTP {status}"):
        client.statement(ACCOUNT, SPAN)


@pytest.mark.parametrize(
    ("bodies", "word"),
    [
        ([b"<html>maintenance</html>"], "HTML"),
        ([b"[]"], "Data.Statement"),
        ([b'{"Data": {"Statement": []}}'], "empty"),
        ([b'{"Data": {"Statement": {"status": "Created"}}}'], "statementId"),
        (
            [
                b'{"Data": {"Statement": {"statementId": "1"}}}',
                b'{"Data": {"Statement": [{"status": "Dreaming"}]}}',
            ],
            "Dreaming",
        ),
        (
            [
                b'{"Data": {"Statement": {"statementId": "1"}}}',
                b'{"Data": {"Statement": [{"status": "Ready", "Transaction": {}}]}}',
            ],
            "no list",
        ),
        (
            [
                b'{"Data": {"Statement": {"statementId": "1"}}}',
                b'{"Data": {"Statement": [{"status": "Ready", "endDateBalance": "much"}]}}',
            ],
            "balances",
        ),
    ],
)
def test_an_answer_of_another_form_stops(
    faults: TochkaFaults, client: TochkaClient, bodies: list[bytes], word: str
) -> None:
    faults.bodies.extend(bodies)
    with pytest.raises(SourceFormatError, match=word):
        client.statement(ACCOUNT, SPAN)


def test_no_secret_gets_into_errors_logs_or_the_file(
    services: Services,
    client: TochkaClient,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    token = services.app("tochka").state.token
    client.statement(ACCOUNT, SPAN)
    services.app("tochka").state.statements.token = "another"
    with pytest.raises(AuthError) as failed:
        client.statement(ACCOUNT, SPAN)
    kept = (tmp_path / "state" / "tochka_statements.json").read_text()
    assert token not in str(failed.value) + caplog.text + kept


@pytest.mark.parametrize("accounts", [["40702810500000012345"], [ACCOUNT, ACCOUNT]])
def test_settings_that_make_no_sense(accounts: list[str]) -> None:
    with pytest.raises(ValueError, match=r"BIC|named twice"):
        TochkaSection.model_validate({"accounts": accounts})


def examine(settings: Settings) -> dict[str, DoctorLine]:
    return {line.check: line for line in doctor(settings, FakeClock())}


def test_doctor_looks_at_every_account_and_orders_nothing(
    services: Services, tmp_path: Path
) -> None:
    stranger = "40702810900000000999/044525104"
    lines = examine(settings_for(services, tmp_path, ACCOUNT, stranger))
    assert lines[f"account {ACCOUNT}"].status == "ok"
    assert lines[f"account {stranger}"].status == "failed"
    assert ACCOUNT in lines[f"account {stranger}"].message
    assert services.requests[ORDERS] == 0


def test_doctor_says_what_is_missing(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = f"account {ACCOUNT}"
    nowhere = settings_for(services, tmp_path, base_url="http://127.0.0.1:9")
    assert examine(nowhere)[check].status == "failed"
    monkeypatch.setenv("SOURCES__TOCHKA__TOKEN", "jwt.wrong-token-value")
    line = examine(settings_for(services, tmp_path))[check]
    assert (line.status, "jwt.wrong" in line.message) == ("failed", False)
    monkeypatch.delenv("SOURCES__TOCHKA__TOKEN")
    line = examine(settings_for(services, tmp_path))[check]
    assert line.status == "failed"
    assert "SOURCES__TOCHKA__TOKEN" in line.message
    assert examine(bank_company.settings_for(tmp_path, "tochka"))["accounts"].status == "failed"
    off = bank_company.settings_for(tmp_path, "tochka", enabled=False)
    assert examine(off)["source"].status == "off"
