"""Errors of the Data API: which to wait out and for how long, what the others mean for a person.

They come under HTTP 200 as JSON-RPC error objects: a number, and a mnemonic that says more.
"""

from dataclasses import dataclass
from typing import Any

from ingestion.errors import (
    AuthError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
)

LIMIT_EXCEEDED, INTERNAL_ERROR = -32029, -32603
# code -> seconds before the next try; a limit says itself how long it lasts
WAITS = {LIMIT_EXCEEDED: 60.0, INTERNAL_ERROR: 10.0}
COMPONENT_DISABLED = -32008

_BY_MNEMONIC = {
    "access_token_expired": "the access token has expired; make a new one in the personal account "
    "and replace the secret access_token",
    "access_token_blocked": "the access token is blocked; unblock it or make a new one in the "
    "personal account",
    "access_token_invalid": "the service does not know the access token; copy it again, whole, "
    "into the secret access_token",
    "ip_not_whitelisted": "this machine's address is not on the account's list; add it in the "
    "personal account (rules and security, API)",
    "forbidden": "the access token's user has no right to this report; give it to the user in the "
    "personal account",
}
_BY_CODE = {
    -32001: "the access token is wrong, expired or blocked; make a new one in the personal account "
    "and replace the secret access_token",
    -32003: "the access token's user, or this machine's address, has no access to the API; allow "
    "it in the personal account",
    -32009: "the account is blocked; pay for it or ask the service's support, then run again",
}


@dataclass(frozen=True)
class Fault:
    """An error object: its number, its mnemonic, its own words and the field they are about."""

    code: int
    mnemonic: str
    text: str
    field: str = ""

    @classmethod
    def of(cls, error: Any, token: str) -> "Fault":
        """Read an error object; the token is taken out should it be echoed."""
        body: dict[str, Any] = error if isinstance(error, dict) else {}
        about = body.get("data")
        data: dict[str, Any] = about if isinstance(about, dict) else {}
        code = str(body.get("code", "0"))

        def said(value: Any) -> str:
            return str(value or "").replace(token, "***")[:300]

        return cls(
            code=int(code) if code.lstrip("-").isdecimal() else 0,
            mnemonic=said(data.get("mnemonic")),
            text=said(body.get("message")),
            field=said(data.get("value") or data.get("field")),
        )

    @property
    def words(self) -> str:
        about = f", {self.field}" if self.field else ""
        return f"(error {self.code} {self.mnemonic}{about}: {self.text})"


def error_for(fault: Fault, method: str) -> SkvozError:
    """The error that stops the load, for a fault that waiting did not or cannot mend."""
    where = f"uis: {method}"
    meaning = _BY_MNEMONIC.get(fault.mnemonic) or _BY_CODE.get(fault.code)
    if meaning:
        return AuthError(f"{where}: {meaning} {fault.words}")
    if fault.code == COMPONENT_DISABLED:
        return RequestRejectedError(
            f"{where}: the account lacks a component for this {fault.words}; buy it, or take the "
            "report out of sources.uis.reports in company.toml"
        )
    if fault.code == LIMIT_EXCEEDED:
        return ServiceUnavailableError(
            f"{where}: the account's requests are used up {fault.words}; what was read so far is "
            "kept, run again when the limit is reset, and see which other programs use the account"
        )
    if fault.code in WAITS:
        return ServiceUnavailableError(
            f"{where}: the service keeps answering with a failure of its own {fault.words}; "
            "run again later"
        )
    if fault.mnemonic == "date_interval_limit_reached":
        return RequestRejectedError(
            f"{where}: the span is too long for this account {fault.words}; lower "
            "sources.uis.days_per_round in company.toml"
        )
    return RequestRejectedError(
        f"{where}: the service rejects the request {fault.words}; check sources.uis in company.toml"
    )
