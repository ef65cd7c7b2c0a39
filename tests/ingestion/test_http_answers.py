"""What the HTTP client makes of refusals and bodies, and that no secret gets into either."""

import json
import logging
from decimal import Decimal
from typing import Any

import pytest

from ingestion.errors import (
    AccessBannedError,
    AuthError,
    ConfigError,
    RequestRejectedError,
    SkvozError,
    SourceFormatError,
)
from ingestion.http import ForbiddenError, parse_json
from tests.ingestion.scripted import HTML, SECRET, FakeClock, Reply, Script, client


def problem(status: int, **fields: Any) -> Reply:
    body = {"title": "Refused", "status": status, **fields}
    return Reply(status, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (problem(401, detail="Expired"), AuthError, "Expired"),
        (problem(402), AuthError, "not paid"),
        (problem(403, detail="No rights"), ForbiddenError, "too few rights"),
        (Reply(403, HTML), AccessBannedError, "blocks every call"),
        (Reply(403, b""), AccessBannedError, "blocks every call"),
        (problem(404, detail="Cannot GET /x"), RequestRejectedError, "Cannot GET /x"),
        (problem(422, detail="Feature is off"), RequestRejectedError, "Feature is off"),
        (Reply(301, b"", {"Location": "https://new.example/x"}), RequestRejectedError, "new.exam"),
        (Reply(400, HTML), RequestRejectedError, "400"),
    ],
)
def test_refusals_stop_at_once(
    script: Script, clock: FakeClock, reply: Reply, error: type[SkvozError], words: str
) -> None:
    script.say(reply)
    with pytest.raises(error, match=words):
        client(script.url, clock).request("GET", "/leads")
    assert len(script.seen) == 1
    assert clock.slept == []


def test_400_says_which_field_is_wrong(script: Script, clock: FakeClock) -> None:
    errors = [{"path": "filter.entity", "code": "NotBlank", "detail": "should not be blank"}]
    script.say(problem(400, **{"validation-errors": [{"request_id": "0", "errors": errors}]}))
    with pytest.raises(RequestRejectedError, match=r"filter\.entity should not be blank"):
        client(script.url, clock).request("GET", "/events")


def test_401_gets_one_chance(script: Script, clock: FakeClock) -> None:
    chances = []
    script.say(Reply(401), Reply(200, b'{"ok":1}'))
    renewing = client(script.url, clock, on_unauthorized=lambda: bool(chances.append(1)) or True)
    assert renewing.request("GET", "/leads").json() == {"ok": 1}
    script.say(Reply(401))
    with pytest.raises(AuthError):
        renewing.request("GET", "/leads")
    assert len(chances) == 2
    assert len(script.seen) == 4


def test_accepted_statuses_are_the_callers(script: Script, clock: FakeClock) -> None:
    script.say(Reply(404))
    assert client(script.url, clock).request("GET", "/x", accept=(404,)).status_code == 404


# --- secrets


def every_text(error: BaseException | None) -> str:
    texts = []
    while error is not None:
        texts += [str(error), repr(error.__dict__)]
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


@pytest.mark.parametrize(
    "reply",
    [
        problem(401, detail=f"Token {SECRET} is expired"),
        problem(400, detail=f"bad header {SECRET}"),
        problem(403, hint=SECRET),
        Reply(503),
        Reply(200, b"{", is_cut=True),
    ],
)
def test_no_secret_in_any_error_or_log(
    script: Script, clock: FakeClock, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    script.say(reply)
    body = {"client_secret": SECRET}
    with pytest.raises(SkvozError) as raised:
        client(script.url, clock, timeout=0.2, max_attempts=2).request("POST", "/oauth", json=body)
    assert SECRET not in every_text(raised.value)
    assert SECRET not in caplog.text


def test_a_token_with_a_line_break_is_not_quoted(script: Script, clock: FakeClock) -> None:
    broken = client(script.url, clock, auth=lambda: {"Authorization": f"Bearer {SECRET}\n"})
    with pytest.raises(AuthError, match="copy it again") as raised:
        broken.request("GET", "/leads")
    assert SECRET not in every_text(raised.value)


def test_credentials_go_to_our_host_only(script: Script, clock: FakeClock) -> None:
    own = client("http://127.0.0.1:9", clock)
    own.request("GET", f"{script.url}/elsewhere")
    assert "Authorization" not in script.seen[0][2]
    client(script.url, clock).request("GET", "/here")
    assert script.seen[1][2]["Authorization"] == f"Bearer {SECRET}"
    assert script.seen[1][2]["User-Agent"].startswith("skvoz")


def test_netrc_does_not_replace_the_token(
    script: Script, clock: FakeClock, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client(script.url, clock).request("GET", "/leads")
    assert script.seen[0][2]["Authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("url", ["", "crm.example", "ftp://crm.example", "https://u:p@crm.example"])
def test_a_wrong_base_url_is_a_config_error(url: str, clock: FakeClock) -> None:
    with pytest.raises(ConfigError, match="base_url"):
        client(url, clock)


# --- JSON


def test_json_keeps_kopecks_exactly(script: Script, clock: FakeClock) -> None:
    script.say(Reply(200, b'{"price": 46333.10, "n": 3}'))
    parsed = parse_json(client(script.url, clock).request("GET", "/leads"))
    assert parsed == {"price": Decimal("46333.10"), "n": 3}
    assert isinstance(parsed["price"], Decimal)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"  <!doctype html><p>" + SECRET.encode(), "an HTML page"),
        (b'{"cut": ', "broken JSON"),
        (b'{"n": NaN}', "broken JSON"),
        (b"\xff\xfe\x00", "broken JSON"),
        (b"", "broken JSON"),
    ],
)
def test_a_body_that_is_no_json_is_named(
    script: Script, clock: FakeClock, body: bytes, words: str
) -> None:
    script.say(Reply(200, body))
    with pytest.raises(SourceFormatError, match=words) as raised:
        parse_json(client(script.url, clock).request("GET", "/leads?secret=1"))
    assert "/leads answered 200" in str(raised.value)
    assert SECRET not in every_text(raised.value)
    assert "secret" not in str(raised.value)
