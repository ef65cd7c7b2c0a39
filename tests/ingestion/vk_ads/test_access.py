"""Tokens over real HTTP: kept, refreshed, seldom issued, never more than five, never shown."""

import json
import logging
import stat
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from ingestion import tokens
from ingestion.errors import (
    AccessBannedError,
    AuthError,
    RequestRejectedError,
    ServiceUnavailableError,
)
from ingestion.http import Throttle
from ingestion.settings import Settings
from ingestion.sources.vk_ads.auth import TokenLimitError
from ingestion.sources.vk_ads.client import VkClient
from ingestion.sources.vk_ads.config import VkAdsSection
from sandbox.running import Services
from sandbox.servers.vk_ads.access import Access
from tests.ingestion.vk_ads.cabinet import SwiftClock, settings_for, switches

AGENCY = {"name": "client", "agency_client_name": "client@agency"}


@pytest.fixture
def access(services: Services) -> Access:
    held: Access = services.app("vk_ads").state.access
    return held


@pytest.fixture
def settings(services: Services, tmp_path: Path) -> Settings:
    return settings_for(services, tmp_path)


def call(settings: Settings) -> dict[str, Any] | None:
    """One call by a process of its own: nothing is remembered but the file."""
    section = settings.section(VkAdsSection)
    clock = SwiftClock()
    throttle = Throttle(section.requests_per_second, clock)
    client = VkClient(section, section.cabinets[0], settings, throttle, clock)
    try:
        return client.one("ad_plans")
    finally:
        client.close()


def issued(services: Services) -> int:
    return services.traffic("vk_ads").requests["POST", "/api/v2/oauth2/token.json"]


def kept(settings: Settings, name: str = "main") -> dict[str, Any]:
    text = (settings.state_dir / "vk_ads" / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize("as_number", [True, False])
def test_token_is_issued_once_for_all_runs(
    services: Services, settings: Settings, as_number: bool
) -> None:
    switches(services).expires_in_as_number = as_number
    for _ in range(7):
        assert call(settings) == {"id": 101}
    assert issued(services) == 1
    assert kept(settings)["expires_at"] == (settings.now() + timedelta(days=1)).isoformat()
    path = settings.state_dir / "vk_ads" / "main.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.with_suffix(".tmp").exists()


@pytest.mark.parametrize("rotates", [True, False])
def test_token_of_yesterday_is_refreshed_before_it_is_used(
    services: Services, settings: Settings, access: Access, rotates: bool
) -> None:
    switches(services).refresh_rotates = rotates
    call(settings)
    first = kept(settings)
    call(replace(settings, as_of=settings.now() + timedelta(days=1)))
    second = kept(settings)
    assert second["access_token"] != first["access_token"]
    assert (second["refresh_token"] != first["refresh_token"]) is rotates
    assert (issued(services), len(access.tokens)) == (2, 1)
    assert 401 not in services.traffic("vk_ads").statuses


def test_expired_token_is_refreshed_and_the_call_repeated(
    services: Services, settings: Settings, access: Access
) -> None:
    call(settings)
    access.expire()
    assert call(settings) == {"id": 101}
    assert (issued(services), len(access.tokens)) == (2, 1)


def test_token_that_vk_forgot_is_issued_anew(
    services: Services, settings: Settings, access: Access
) -> None:
    call(settings)
    access.forget()
    assert call(settings) == {"id": 101}
    assert issued(services) == 3  # the refresh is refused, then a new one
    assert len(access.tokens) == 1


def test_refreshed_token_that_is_not_taken_gives_way_to_a_new_one(
    services: Services, settings: Settings
) -> None:
    call(settings)
    switches(services).errors.extend([(401, "expired_token")])
    assert call(settings) == {"id": 101}
    assert issued(services) == 2
    # the call, the call after the refresh, and then the third: no end would be worse
    services.faults.fail_next("/api/v2/ad_plans.json", 401, 401, 401)
    with pytest.raises(AuthError, match="accepts no token"):
        call(settings)
    assert issued(services) == 4


def test_another_process_has_refreshed_meanwhile(
    services: Services, settings: Settings, access: Access
) -> None:
    section, clock = settings.section(VkAdsSection), SwiftClock()
    throttle = Throttle(20, clock)
    clients = [VkClient(section, section.cabinets[0], settings, throttle, clock) for _ in range(2)]
    for client in clients:
        client.one("ad_plans")
    access.expire()
    for client in clients:
        assert client.one("ad_plans") == {"id": 101}
        client.close()
    assert issued(services) == 2  # one issued, one refreshed; the second process took the file's


def test_many_at_once_ask_for_one_token(services: Services, settings: Settings) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            call(settings)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, issued(services)) == ([], 1)


def use_up(access: Access) -> None:
    keys = access.credentials("own")
    form = {"client_id": keys.client_id, "client_secret": keys.client_secret}
    for _ in range(5):
        access.issue({**form, "grant_type": "client_credentials"})


def test_sixth_token_is_refused_with_what_to_do_and_nobody_loses_theirs(
    services: Services, settings: Settings, access: Access
) -> None:
    use_up(access)
    others = [token.access for token in access.tokens]
    with pytest.raises(TokenLimitError) as caught:
        call(settings)
    said = str(caught.value)
    assert "five tokens" in said
    assert "drop_tokens_when_full = true" in said
    assert "a month" in said
    assert [token.access for token in access.tokens] == others
    assert not (settings.state_dir / "vk_ads" / "main.json").exists()


def test_page_of_a_front_server_is_no_reason_to_drop_tokens(
    services: Services, tmp_path: Path, access: Access
) -> None:
    use_up(access)
    services.faults.fail_next("/api/v2/oauth2/token.json", 403)  # in HTML
    with pytest.raises(AccessBannedError):
        call(settings_for(services, tmp_path, drop_tokens_when_full=True))
    assert len(access.tokens) == 5


def test_tokens_are_dropped_only_when_a_person_said_so(
    services: Services, tmp_path: Path, access: Access, caplog: pytest.LogCaptureFixture
) -> None:
    use_up(access)
    settings = settings_for(services, tmp_path, drop_tokens_when_full=True)
    with caplog.at_level(logging.WARNING):
        assert call(settings) == {"id": 101}
    assert "other programs' too" in caplog.text
    assert len(access.tokens) == 1
    # with room left nothing is dropped
    caplog.clear()
    (settings.state_dir / "vk_ads" / "main.json").unlink()
    call(settings)
    assert (len(access.tokens), caplog.text) == (2, "")


def test_agency_opens_its_clients_by_name_or_number(
    services: Services, tmp_path: Path, access: Access
) -> None:
    assert call(settings_for(services, tmp_path, AGENCY)) == {"id": 501}
    by_number = {"name": "client", "agency_client_id": 2}
    # another way to name the client makes the kept token void
    assert call(settings_for(services, tmp_path, by_number)) == {"id": 501}
    assert {token.username for token in access.tokens} == {"client@agency"}
    assert issued(services) == 2
    with pytest.raises(RequestRejectedError, match="agency_client_name"):
        call(settings_for(services, tmp_path, {"name": "client", "agency_client_name": "nobody"}))


def test_dropping_an_agencys_tokens_names_the_client(
    services: Services, tmp_path: Path, access: Access
) -> None:
    keys = access.credentials("agency")
    form = {"client_id": keys.client_id, "client_secret": keys.client_secret}
    for _ in range(5):
        access.issue({**form, "grant_type": "agency_client_credentials", "agency_client_id": "2"})
    settings = settings_for(services, tmp_path, AGENCY, drop_tokens_when_full=True)
    assert call(settings) == {"id": 501}
    assert len(access.tokens) == 1


def test_other_access_in_the_settings_makes_the_kept_token_void(
    services: Services, settings: Settings, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(settings)
    keys = access.credentials("agency")
    monkeypatch.setenv("SOURCES__VK_ADS__CLIENT_ID", keys.client_id)
    monkeypatch.setenv("SOURCES__VK_ADS__CLIENT_SECRET", keys.client_secret)
    with pytest.raises(AuthError, match="read_ads"):  # that one has no cabinet of its own
        call(settings)


@pytest.mark.parametrize("spoilt", ["", "{", "[]", '{"access_token": "x"}', "null"])
def test_damaged_file_is_replaced(services: Services, settings: Settings, spoilt: str) -> None:
    path = settings.state_dir / "vk_ads" / "main.json"
    path.parent.mkdir(parents=True)
    path.write_text(spoilt, encoding="utf-8")
    assert call(settings) == {"id": 101}
    assert "access_token" in kept(settings)


def test_wrong_secret_is_said_and_not_shown(
    services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCES__VK_ADS__CLIENT_SECRET", "wrong-secret-of-the-company")
    with pytest.raises(AuthError, match="client_id with this client_secret") as caught:
        call(settings)
    assert "wrong-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ({"token_type": "bearer"}, "no access_token"),
        ({"access_token": "a" * 40, "expires_in": "soon"}, "expires_in that is no number"),
        (["a"], "no access_token"),
    ],
)
def test_answer_without_a_token(
    settings: Settings, access: Access, monkeypatch: pytest.MonkeyPatch, answer: Any, complaint: str
) -> None:
    monkeypatch.setattr(access, "issue", lambda form: answer)
    with pytest.raises(Exception, match=complaint) as caught:
        call(settings)
    assert "aaaa" not in str(caught.value)


def test_nothing_secret_is_logged(
    services: Services, settings: Settings, access: Access, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        call(settings)
        access.expire()
        call(settings)
        access.forget()
        call(settings)
    keys = access.credentials("own")
    secrets = [keys.client_secret, *(token.access for token in access.tokens)]
    secrets += [token.refresh for token in access.tokens]
    assert "token refreshed" in caplog.text
    assert [secret for secret in secrets if secret in caplog.text] == []


def test_held_lock_is_an_error_in_words(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "LOCK_SECONDS", 0)
    path = settings.state_dir / "vk_ads" / "main.json"
    path.parent.mkdir(parents=True)
    with (
        FileLock(f"{path}.lock"),
        pytest.raises(ServiceUnavailableError, match=r"main\.json\.lock"),
    ):
        call(settings)


def test_token_that_cannot_be_kept_is_not_asked_for(
    services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tokens.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        call(settings)
    assert issued(services) == 0
