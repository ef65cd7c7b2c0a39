"""VK's error codes and what they mean for a person.

Codes: https://ads.vk.com/doc/api/info/Statistics and .../info/Authorization. Resources answer with
``{"error": {"code", "message"}}``, refused tokens with ``{"code", "message"}``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
from ingestion.sources.vk_ads.settings import NAME

UNKNOWN_IDS = frozenset(
    {"ERR_WRONG_BANNERS", "ERR_WRONG_ADGROUPS", "ERR_WRONG_ADPLANS", "ERR_WRONG_IDS"}
)
_ACCESS = {
    "invalid_client": "VK does not know this client_id with this client_secret, or has blocked "
    "them; copy both again from the cabinet (settings, API access) into the secrets",
    "invalid_user": "VK has blocked the user of this cabinet; ask VK's support",
    "revoked_token": "the cabinet's owner has withdrawn the access; ask for it again",
}
# 401s that another token does not mend
FINAL = frozenset(_ACCESS)
_CODE = re.compile(r"[A-Za-z_]{1,60}")
_SPAN_CODES = frozenset({"ERR_LIMIT_EXCEEDED", "ERR_WRONG_DATE"})


@dataclass(frozen=True)
class Fault:
    """An error of VK: the HTTP status, its code and its own words."""

    status: int
    code: str = ""
    text: str = ""

    @property
    def said(self) -> str:
        words = ": ".join(part for part in (self.code, self.text) if part)
        return f"({self.status} {words})" if words else f"({self.status})"


def read_fault(response: requests.Response, call: str, secrets: Sequence[str] = ()) -> Fault | None:
    """The error an answer stands for, None for a good one; secrets it echoes are blotted out.

    Raises:
        AccessBannedError: 403 from a front server: whoever is banned must not go on.
        SourceFormatError: a good answer that is no JSON.
    """
    try:
        body = parse_json(response) if response.content else {}
    except SourceFormatError:
        if response.status_code < 400:
            raise
        body = None
    if response.status_code == 403 and not isinstance(body, dict):
        raise refusal(response, NAME, call, list(secrets))
    error = body.get("error") if isinstance(body, dict) else None
    if response.status_code < 400 and error is None:
        return None
    found = error if isinstance(error, dict) else body if isinstance(body, dict) else {}
    code = str(found.get("code") or (error if isinstance(error, str) else ""))
    text = "; ".join([str(found.get("message") or "")[:200], *_fields(found.get("fields"))])
    for word in secrets:
        text = text.replace(word, "***")
    return Fault(response.status_code, code if _CODE.fullmatch(code) else "", text.strip("; "))


def _fields(fields: Any) -> list[str]:
    if not isinstance(fields, dict):
        return []
    return [
        f"{name} {problem.get('code', '')}".strip()
        for name, problem in list(fields.items())[:5]
        if isinstance(problem, dict)
    ]


def error_for(fault: Fault, cabinet: str, call: str) -> SkvozError:
    """The error that stops the load, for a fault that waiting or a new token did not mend."""
    where = f"vk_ads: cabinet {cabinet}"
    if fault.code in _ACCESS:
        return AuthError(f"{where}: {_ACCESS[fault.code]} {fault.said}")
    if fault.status == 401:
        return AuthError(
            f"{where}: VK accepts no token {fault.said}, not even a new one; check the API access "
            "in the cabinet's settings"
        )
    if fault.status == 403:
        return AuthError(
            f"{where}: VK refuses {call} {fault.said}; the API access needs the right read_ads for "
            "this cabinet"
        )
    if fault.code in _SPAN_CODES and "statistics" in call:
        return RequestRejectedError(
            f"{where}: VK gives no statistics for these days or so many objects {fault.said}; it "
            "keeps days of the last year: lower sources.vk_ads.history_days in company.toml"
        )
    return RequestRejectedError(
        f"{where}: VK rejects {call} {fault.said}; check sources.vk_ads in company.toml"
    )


def used_up(response: requests.Response) -> str:
    """Which calendar period's calls are used up, by the answer's own headers; "" for none."""
    for period in ("Hourly", "Daily"):
        if response.headers.get(f"X-RateLimit-{period}-Remaining", "").strip() == "0":
            return {"Hourly": "hour", "Daily": "day"}[period]
    return ""


def too_many_calls(cabinet: str, call: str, period: str) -> ServiceUnavailableError:
    """Calls are used up: for long, or for as many tries as we make."""
    if not period:
        return ServiceUnavailableError(
            f"vk_ads: cabinet {cabinet}: VK keeps answering {call} with 429, too many calls; lower "
            "sources.vk_ads.requests_per_second, and see which other programs use this API access"
        )
    return ServiceUnavailableError(
        f"vk_ads: cabinet {cabinet}: the calls that VK allows in this {period} are used up; they "
        f"come back when the next {period} begins, run again then, and see which other programs "
        "use this API access"
    )
