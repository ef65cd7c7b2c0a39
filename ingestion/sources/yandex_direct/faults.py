"""Direct's error codes: which to wait out and for how long, what the others mean for a person.

Codes: https://yandex.ru/dev/direct/doc/ru/concepts/errors-list. Every service but Reports sends
them under HTTP 200.
"""

from dataclasses import dataclass

import requests

from ingestion.errors import (
    AuthError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
    SourceFormatError,
)
from ingestion.http import parse_json

QUEUE_FULL = 9000
POINTS_USED_UP = 152
# code -> seconds before the next try
WAITS = {
    52: 5.0,
    56: 10.0,
    506: 10.0,
    1000: 10.0,
    1001: 10.0,
    1002: 10.0,
    QUEUE_FULL: 10.0,
    POINTS_USED_UP: 300.0,
}
# These end by themselves sooner or later, so they are waited for by the clock, not by tries: a
# queue empties, and points come back hour by hour.
PATIENT = frozenset({QUEUE_FULL, POINTS_USED_UP})

_UNKNOWN_LOGIN = frozenset({513, 8800})
_ACCESS = {
    53: "the token is wrong, expired or revoked; issue a new one and replace the secret token",
    54: "the token has no right to this cabinet; give its owner access there, or issue the token "
    "as the cabinet's owner",
    58: "the application has no access to the API; finish its registration in Direct "
    "(API settings, request for access)",
}


@dataclass(frozen=True)
class Fault:
    """An error of Direct: its number and its own words."""

    code: int
    text: str

    def without(self, token: str) -> "Fault":
        """The same, should the answer have echoed the token."""
        return Fault(self.code, self.text.replace(token, "***"))


def read_fault(response: requests.Response) -> Fault | None:
    """The error an answer stands for, None for a good one; looks into 200 as well."""
    if response.status_code < 400 and not response.content.lstrip().startswith(b"{"):
        return None
    try:
        body = parse_json(response)
    except SourceFormatError:
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        code = str(error.get("error_code", "")).strip()
        said = (str(error.get(key) or "") for key in ("error_string", "error_detail"))
        return Fault(int(code) if code.isdecimal() else 0, ": ".join(part for part in said if part))
    if response.status_code < 400:
        return None
    # an error without Direct's words is its front server's; 500 is worth another try
    return Fault(1000 if response.status_code >= 500 else 0, f"HTTP {response.status_code}")


def error_for(fault: Fault, where: str) -> SkvozError:
    """The error that stops the load, for a fault that waiting did not or cannot mend.

    Args:
        where: the source and the cabinet.
    """
    said = f"(error {fault.code}: {fault.text})"
    if fault.code in _ACCESS:
        return AuthError(f"{where}: {_ACCESS[fault.code]} {said}")
    if fault.code in _UNKNOWN_LOGIN:
        return RequestRejectedError(
            f"{where}: Direct knows no such login for this token {said}; "
            "correct sources.yandex_direct.logins in company.toml"
        )
    if fault.code == POINTS_USED_UP:
        return ServiceUnavailableError(
            f"{where}: the API points are used up {said} and did not come back while this run "
            "could wait; run again in an hour, and see which other programs use this cabinet"
        )
    if fault.code in WAITS:
        return ServiceUnavailableError(
            f"{where}: Direct keeps answering with a failure of its own {said}; run again later"
        )
    return RequestRejectedError(
        f"{where}: Direct rejects the request {said}; check sources.yandex_direct in company.toml"
    )
