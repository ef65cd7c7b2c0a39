"""Tochka's refusals: what each status means for a person, with the bank's own words."""

from typing import Any

import requests

from ingestion.errors import (
    AuthError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
    SourceFormatError,
)
from ingestion.http import ForbiddenError, parse_json

# Waiting does not mend the first five, and 424 only now and then; 429 and 5xx are waited out by
# the client below.
DEPENDENCY = 424
STATUSES = (400, 401, 403, 404, 422, DEPENDENCY)

_MEANINGS = {
    400: "rejects the request; check sources.tochka.accounts of company.toml (account/BIC)",
    401: "does not accept the token; issue a new JWT in Tochka and replace the secret token",
    403: "does not let this token do that; issue one with the permission ReadStatements",
    404: "knows no such account or statement; check sources.tochka.accounts and base_url",
    422: "cannot make this statement; check sources.tochka.history_months",
    DEPENDENCY: "is waiting for another system of its own; run again later",
}
_KINDS: dict[int, type[SkvozError]] = {
    401: AuthError,
    403: ForbiddenError,
    DEPENDENCY: ServiceUnavailableError,
}


def error_for(response: requests.Response, what: str, token: str) -> SkvozError:
    """The error that stops the load; the body is {code, id, message, Errors[]}."""
    status = response.status_code
    try:
        body = parse_json(response)
    except SourceFormatError:
        body = None
    text = ", ".join(part.replace(token, "***")[:300] for part in _said(status, body))
    message = f"tochka: {what}: Tochka {_MEANINGS[status]} ({text})"
    return _KINDS.get(status, RequestRejectedError)(message)


def _said(status: int, body: Any) -> list[str]:
    body = body if isinstance(body, dict) else {}
    said = [str(status), *(str(body[key]) for key in ("code", "message") if body.get(key))]
    errors = body.get("Errors")
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            said += [str(error[key]) for key in ("errorCode", "message") if error.get(key)]
    if body.get("id"):
        said.append(f"id {body['id']} for the bank's support")
    return list(dict.fromkeys(said))
