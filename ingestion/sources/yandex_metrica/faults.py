"""Metrica's errors: which to wait out, what the others mean for a person.

https://yandex.ru/dev/metrika/en/intro/errors: one JSON shape under a 4xx or 5xx status.
"""

import requests

from ingestion.errors import (
    AuthError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
    SourceFormatError,
)
from ingestion.http import parse_json
from ingestion.http_answers import refusal

# statuses that carry an error in Metrica's words; 5xx and lost connections are tried again before
STATUSES = (400, 403, 404, 429)
QUOTA_WAIT = 30.0  # seconds; for quotas of a moment, by address or of parallel requests
_DAY_QUOTAS = ("quota_requests_by_uid", "quota_delegate_requests", "quota_grants_requests")


def kind_of(response: requests.Response) -> tuple[str, str]:
    """(error type, message) of an error answer; ("", "") when it is none of Metrica's."""
    try:
        body = parse_json(response)
    except SourceFormatError:
        return "", ""
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("error_type") or ""), str(first.get("message") or "")[:300]


def is_momentary(kind: str) -> bool:
    """Whether a refused quota comes back within the minute."""
    return kind.startswith("quota_") and kind not in _DAY_QUOTAS


def error_for(response: requests.Response, counter: str, call: str, token: str) -> SkvozError:
    """The error that stops the load."""
    kind, message = kind_of(response)
    if not kind:
        return refusal(response, "yandex_metrica", call, [token])
    where = f"yandex_metrica: counter {counter}"
    said = f"({response.status_code} {kind}: {message})".replace(token, "***")
    if kind == "invalid_token":
        return AuthError(
            f"{where}: the token is wrong, expired or revoked {said}; issue a new one at "
            "oauth.yandex.ru and replace the secret token"
        )
    if kind == "access_denied":
        return AuthError(
            f"{where}: the token's owner may not read this counter {said}; give access in the "
            "counter's settings, or correct sources.yandex_metrica.counters in company.toml"
        )
    if response.status_code == 404:
        return RequestRejectedError(
            f"{where}: Metrica knows no such counter or request {said}; correct "
            "sources.yandex_metrica.counters in company.toml, or run again"
        )
    if kind.startswith("quota_"):
        return ServiceUnavailableError(
            f"{where}: Metrica's quota of requests is used up {said}; run again tomorrow, and see "
            "which other programs use this login"
        )
    return RequestRejectedError(
        f"{where}: Metrica rejects {call} {said}; check sources.yandex_metrica in company.toml"
    )
