"""Tokens: the long-lived one, the rotating pair, and two processes that want to rotate at once."""

import json
import logging
import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import (
    AccessBannedError,
    AuthError,
    MissingSecretError,
    ServiceUnavailableError,
    SkvozError,
)
from ingestion.settings import Settings
from ingestion.sources.amocrm import auth
from ingestion.sources.amocrm.client import AmocrmClient
from tests.ingestion.amocrm.conftest import MakeStand, Stand, every_text
from tests.ingestion.scripted import FakeClock

TOKEN_PATH = ("POST", "/oauth2/access_token")


@pytest.fixture
def oauth(make_stand: MakeStand) -> Stand:
    return make_stand(auth="oauth", redirect_uri="https://example.com/back")


def file_of(stand: Stand) -> Path:
    return stand.settings.state_dir / "amocrm_tokens.json"


def refreshes(stand: Stand) -> int:
    return stand.services.requests[TOKEN_PATH]


def test_wrong_or_expired_long_lived_token(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stand.client().account().id == 777
    stand.faults.expire_access_token()
    with pytest.raises(AuthError, match="issue a new token"):
        stand.client().account()
    monkeypatch.setenv("SOURCES__AMOCRM__ACCESS_TOKEN", "wrong-token-wrong")
    with pytest.raises(AuthError) as raised:
        stand.client().account()
    assert "wrong-token" not in every_text(raised.value)


def test_a_missing_secret_names_its_variable(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCES__AMOCRM__ACCESS_TOKEN")
    with pytest.raises(MissingSecretError, match="SOURCES__AMOCRM__ACCESS_TOKEN"):
        stand.client().account()


def test_first_run_spends_the_first_refresh_token_and_keeps_the_next(oauth: Stand) -> None:
    assert oauth.client().account().id == 777
    kept = json.loads(file_of(oauth).read_text())
    assert kept["refresh_token"] != oauth.services.refresh_token
    assert stat.S_IMODE(file_of(oauth).stat().st_mode) == 0o600
    assert [p.name for p in oauth.settings.state_dir.iterdir() if p.suffix == ".tmp"] == []
    assert oauth.client().account().id == 777  # another run needs no refresh
    assert refreshes(oauth) == 1


def test_an_expired_token_is_renewed_in_the_middle_of_a_run(oauth: Stand) -> None:
    client = oauth.client()
    client.account()
    oauth.faults.expire_access_token()
    assert client.get("leads") is not None
    oauth.faults.expire_access_token()
    assert client.get("leads") is not None
    assert refreshes(oauth) == 3


def test_a_revoked_refresh_token_asks_for_a_new_authorisation(
    oauth: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    oauth.client().account()
    kept = json.loads(file_of(oauth).read_text())
    file_of(oauth).write_text(json.dumps(kept | {"refresh_token": "def502revoked"}))
    oauth.faults.expire_access_token()
    with pytest.raises(AuthError, match="authorise the integration again") as raised:
        oauth.client().account()
    assert "SOURCES__AMOCRM__REFRESH_TOKEN" in str(raised.value)
    assert "def502revoked" not in every_text(raised.value) + caplog.text


def test_a_new_authorisation_replaces_the_file(
    oauth: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    oauth.client().account()
    spent = json.loads(file_of(oauth).read_text())
    file_of(oauth).write_text(json.dumps(spent | {"access_token": "dead", "refresh_token": "dead"}))
    monkeypatch.setenv("SOURCES__AMOCRM__REFRESH_TOKEN", spent["refresh_token"])
    assert oauth.client().account().id == 777
    assert refreshes(oauth) == 2


def test_the_first_token_may_be_removed_once_it_was_used(
    oauth: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    oauth.client().account()
    monkeypatch.delenv("SOURCES__AMOCRM__REFRESH_TOKEN")
    oauth.faults.expire_access_token()
    assert oauth.client().account().id == 777


@pytest.mark.parametrize("text", ["", "{", '{"access_token": "x"}', "[]"])
def test_a_damaged_file_is_named(oauth: Stand, text: str) -> None:
    oauth.settings.state_dir.mkdir()
    file_of(oauth).write_text(text)
    with pytest.raises(AuthError, match=r"amocrm_tokens\.json is damaged; delete it"):
        oauth.client().account()


def test_no_token_is_spent_where_its_successor_cannot_be_kept(
    oauth: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(auth.os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        oauth.client().account()
    assert refreshes(oauth) == 0
    monkeypatch.undo()


def ask(settings: Settings) -> int:
    """What a process does with a token that has just expired."""
    return AmocrmClient(settings, FakeClock()).account().id


def test_two_processes_renew_once(oauth: Stand) -> None:
    oauth.client().account()
    oauth.faults.expire_access_token()
    oauth.faults.latency_seconds = 0.5  # both are told 401 before either has renewed
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(abs, range(2)))  # both are up
        assert list(pool.map(ask, [oauth.settings] * 2)) == [777, 777]
    statuses = [s.status for s in oauth.services.amocrm.log if s.path == "/api/v4/account"]
    assert statuses.count(401) == 2
    assert refreshes(oauth) == 2  # the first one, and one for both


def test_a_lock_held_too_long_is_an_error(oauth: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "LOCK_SECONDS", 0.05)
    oauth.settings.state_dir.mkdir()
    with (
        auth.FileLock(f"{file_of(oauth)}.lock"),
        pytest.raises(ServiceUnavailableError, match="lock"),
    ):
        oauth.client().account()


# --- faults of the service


def test_a_ban_stops_at_the_first_answer(stand: Stand) -> None:
    stand.faults.banned = True
    with pytest.raises(AccessBannedError, match="support"):
        stand.client().account()
    assert len(stand.services.amocrm.log) == 1


def test_a_ban_met_while_renewing_is_told_as_a_ban(oauth: Stand) -> None:
    oauth.faults.banned = True
    with pytest.raises(AccessBannedError):
        oauth.client().account()


def test_an_unpaid_account(stand: Stand) -> None:
    stand.faults.unpaid = True
    with pytest.raises(AuthError, match="not paid"):
        stand.client().account()


@pytest.mark.parametrize("failures", [(429, 429, 429), (502, 504), (500, "drop", 503)])
def test_passing_troubles_are_waited_out(stand: Stand, failures: tuple[Any, ...]) -> None:
    client = stand.client()
    stand.faults.fail_next("/api/v4/leads", *failures)
    body = client.get("leads")
    assert body is not None
    assert len(body["_embedded"]["leads"]) == 10
    assert len(stand.asked("leads")) == len(failures) + 1


def test_a_service_that_stays_down_is_named(stand: Stand) -> None:
    stand.faults.fail_next("/api/v4/", *[503] * 9)
    with pytest.raises(ServiceUnavailableError, match=r"127\.0\.0\.1.*HTTP 503"):
        stand.client().account()
    assert len(stand.services.amocrm.log) == 6


@pytest.mark.parametrize(
    "answers", [(401,), (402,), (403,), (400,), (404,), (503,) * 6, ("drop",) * 6, (429,) * 6]
)
def test_no_secret_in_any_error_or_log(
    oauth: Stand, answers: tuple[Any, ...], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = oauth.client()
    client.account()
    kept = json.loads(file_of(oauth).read_text())
    oauth.faults.fail_next("/api/v4/leads", *answers)
    oauth.faults.fail_next("/oauth2/", 401)
    with pytest.raises(SkvozError) as raised:
        client.get("leads")
    shown = every_text(raised.value) + caplog.text
    secrets = [*oauth.services.environment().values(), kept["access_token"], kept["refresh_token"]]
    assert not [secret for secret in secrets if secret in shown]


def test_the_real_throttle_keeps_below_the_services_own(stand: Stand) -> None:
    stand.faults.rate_limit_per_second = 7
    client = AmocrmClient(stand.settings)
    for _ in range(16):
        client.get("leads")
    assert set(stand.services.amocrm.statuses) == {200}
    assert stand.services.amocrm.busiest() <= 7
