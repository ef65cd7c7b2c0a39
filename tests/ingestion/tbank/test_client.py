"""What the client makes of the bank's refusals and of answers that are none."""

import logging
from datetime import date

import pytest

from ingestion.errors import (
    AuthError,
    MissingSecretError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
    SourceFormatError,
)
from ingestion.http import ForbiddenError
from ingestion.sources.tbank.client import TbankClient
from ingestion.sources.tbank.config import TbankSection
from sandbox.running import Services
from sandbox.servers.tbank import TbankFaults
from tests.ingestion.scripted import FakeClock
from tests.ingestion.tbank.bank import MAIN

SPAN = (date(2026, 10, 1), date(2026, 10, 31))
PATH = "/openapi/api/v1/statement"


def client(services: Services, clock: FakeClock | None = None, **section: object) -> TbankClient:
    url = services.url("tbank") + "/openapi/api"
    settings = TbankSection.model_validate({"base_url": url, **section})
    return TbankClient(settings, clock or FakeClock())


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (400, RequestRejectedError, "sources.tbank.accounts"),
        (401, AuthError, "issue a new one"),
        (403, ForbiddenError, "Счета и выписки"),
        (404, RequestRejectedError, "base_url"),
        (422, RequestRejectedError, "June 2023"),
    ],
)
def test_refusals_are_told_in_words_with_the_banks_number(
    services: Services, faults: TbankFaults, status: int, kind: type[SkvozError], word: str
) -> None:
    faults.errors.append(status)
    with pytest.raises(kind) as failed:
        client(services).statement(MAIN, SPAN)
    assert word in str(failed.value)
    assert f"({status}, " in str(failed.value)
    assert "errorId" in str(failed.value)
    assert services.requests["GET", PATH] == 1  # waiting would not help


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_waited_out(services: Services, faults: TbankFaults, status: int) -> None:
    faults.errors.extend([status, status])
    clock = FakeClock()
    assert client(services, clock).statement(MAIN, SPAN).operations
    assert sum(1 for pause in clock.slept if pause >= 1) == 2
    faults.errors.extend([status] * 20)
    with pytest.raises(ServiceUnavailableError, match=f"after 3 attempts.*HTTP {status}"):
        client(services, max_attempts=3).statement(MAIN, SPAN)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"<html>maintenance</html>", "HTML"),
        (b'{"operations": ', "broken JSON"),
        (b"[]", "no list operations"),
        (b'{"operations": {}}', "no list operations"),
        (b'{"operations": [], "nextCursor": 5}', "nextCursor"),
        (b'{"operations": [], "balances": {"balanceBegin": "much"}}', "balances"),
        (b'{"operations": [], "balances": 7}', "balances"),
    ],
)
def test_an_answer_of_another_form_stops(
    services: Services, faults: TbankFaults, body: bytes, word: str
) -> None:
    faults.bodies.append(body)
    with pytest.raises(SourceFormatError, match=word):
        client(services).statement(MAIN, SPAN)


def test_no_secret_gets_into_errors_or_logs(
    services: Services,
    faults: TbankFaults,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    token = services.app("tbank").state.token
    caplog.set_level(logging.DEBUG)
    services.app("tbank").state.statements.token = "another"
    faults.errors.append(500)
    with pytest.raises(AuthError) as failed:
        client(services).statement(MAIN, SPAN)
    assert token not in str(failed.value) + caplog.text
    monkeypatch.delenv("SOURCES__TBANK__TOKEN")
    with pytest.raises(MissingSecretError, match="SOURCES__TBANK__TOKEN"):
        client(services).statement(MAIN, SPAN)


def test_an_account_may_have_a_token_of_its_own(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = services.app("tbank").state.token
    monkeypatch.setenv("SOURCES__TBANK__TOKEN", "t.of-another-firm")
    monkeypatch.setenv(f"SOURCES__TBANK__{MAIN}__TOKEN", token)
    assert client(services).statement(MAIN, SPAN).operations


def test_calls_keep_the_pace(services: Services) -> None:
    clock = FakeClock()
    calm = client(services, clock, requests_per_second=2)
    for _ in range(3):
        calm.statement(MAIN, SPAN)
    assert clock.time == pytest.approx(1.0)


@pytest.mark.parametrize("accounts", [["4070281"], ["40702810500000012345"] * 2])
def test_settings_that_make_no_sense(accounts: list[str]) -> None:
    with pytest.raises(ValueError, match=r"20 digits|named twice"):
        TbankSection.model_validate({"accounts": accounts})
