"""What an answer of a service means: its JSON, its refusal in words, how long it asks to wait."""

import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from ingestion.errors import (
    AccessBannedError,
    AuthError,
    RequestRejectedError,
    SkvozError,
    SourceFormatError,
)

BACKOFF_CAP = 30.0  # seconds
RETRIED_STATUSES = frozenset({408, 425, 429})
SECRET_KEYS = frozenset({"access_token", "refresh_token", "client_secret", "code", "token"})


class ForbiddenError(AuthError):
    """The credentials are good, but their owner has too few rights for this one address."""


def parse_json(response: requests.Response) -> Any:
    """The body as JSON with Decimal for every fractional number.

    Raises:
        SourceFormatError: the body is an HTML page or broken JSON; nothing of it is quoted.
    """
    where = urlsplit(response.url or "")
    try:
        return json.loads(response.content, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        found = "an HTML page" if response.content.lstrip()[:1] == b"<" else "broken JSON"
    # outside the handler: the decoder's exception carries the whole body
    raise SourceFormatError(
        f"{where.netloc}: {where.path} answered {response.status_code} with {found} instead of "
        "JSON; check that base_url is the address of the API, then run again"
    )


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def refusal(response: requests.Response, name: str, call: str, secrets: list[str]) -> SkvozError:
    """The error that an answer nobody wanted stands for; ``call`` is its method and path."""
    status, where = response.status_code, f"{name}: {urlsplit(response.url or '').netloc}"
    detail = _scrub(_detail(response), secrets)
    if status == 401:
        return AuthError(
            f"{where} does not accept our credentials (401 on {call}{detail}); "
            "issue a new token and replace the secret"
        )
    if status == 402:
        return AuthError(
            f"{where} says the account is not paid (402 on {call}); pay for it, then run again"
        )
    if status == 403 and _json_object(response) is not None:
        return ForbiddenError(
            f"{where} refuses {call} (403{detail}): the token's owner has too few rights; "
            "issue the token as an administrator"
        )
    if status == 403:
        return AccessBannedError(
            f"{where} blocks every call (403 on {call}); stop all runs, "
            "ask the service's support to lift the block, then run again"
        )
    if 300 <= status < 400:
        target = urlsplit(response.headers.get("Location", "")).netloc or "elsewhere"
        return RequestRejectedError(
            f"{where} redirects {call} to {target}; put the right address into base_url"
        )
    return RequestRejectedError(
        f"{where} rejects {call} ({status}{detail}); check the settings of this source"
    )


def is_retried(status: int) -> bool:
    return status in RETRIED_STATUSES or status >= 500


def backoff(attempt: int) -> float:
    """1, 2, 4 … seconds up to the cap, plus up to a quarter: clients must not march in step."""
    base = min(2.0 ** (attempt - 1), BACKOFF_CAP)
    return base + base * random.random() / 4  # noqa: S311 - not cryptography


def retry_after(response: requests.Response) -> float:
    """Seconds of ``Retry-After`` (RFC 9110 §10.2.3: a number or a date), 0 if absent or garbled."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        served = response.headers.get("Date")
        since = parsedate_to_datetime(served) if served else datetime.now(UTC)
        return max(0.0, (until - since).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _json_object(response: requests.Response) -> dict[str, Any] | None:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _detail(response: requests.Response) -> str:
    """What an RFC 7807 body, or one like it, says: ``": text"`` or nothing."""
    body = _json_object(response) or {}
    said = [body.get(key) for key in ("hint", "detail", "error_detail", "title")]
    fields = [
        f"{error.get('path')} {error.get('detail') or error.get('code')}"
        for group in _dicts(body.get("validation-errors"))
        for error in _dicts(group.get("errors"))
    ]
    text = "; ".join(dict.fromkeys([str(part) for part in said if part] + fields[:5]))
    return f": {text[:500]}" if text else ""


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def secrets_of(auth: Mapping[str, str], *bodies: Any) -> list[str]:
    """Every secret that went out with a request, to clean an answer that echoes it."""
    words = [word for value in auth.values() for word in value.split()]
    for body in bodies:
        if isinstance(body, Mapping):
            words += [str(value) for key, value in body.items() if key in SECRET_KEYS]
    return [word for word in words if len(word) > 6]


def _scrub(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text
