"""T-API's refusals: what each status means for a person, with the bank's own number of the case."""

import requests

from ingestion.errors import AuthError, RequestRejectedError, SkvozError, SourceFormatError
from ingestion.http import ForbiddenError, parse_json

# Waiting does not mend these; 429 and 5xx are waited out by the client below.
STATUSES = (400, 401, 403, 404, 422)

_MEANINGS = {
    400: "rejects the request; check the number in sources.tbank.accounts of company.toml",
    401: "does not accept the token; issue a new one in T-Business and replace the secret token",
    403: "does not let this token read the account; give it the right «Счета и выписки», and the "
    "account's own token where the company has several",
    404: "knows no such address; check sources.tbank.base_url in company.toml",
    422: "cannot make this statement; check the account and sources.tbank.history_months: T-Bank "
    "has nothing before June 2023",
}


def error_for(response: requests.Response, account: str, token: str) -> SkvozError:
    """The error that stops the load; the body is {errorId, errorMessage, errorCode}."""
    status = response.status_code
    try:
        body = parse_json(response)
    except SourceFormatError:
        body = None
    body = body if isinstance(body, dict) else {}
    said = [f"{status}"]
    said += [f"{body[key]}" for key in ("errorCode", "errorMessage") if body.get(key)]
    if body.get("errorId"):
        said.append(f"errorId {body['errorId']} for the bank's support")
    text = ", ".join(part.replace(token, "***")[:300] for part in said)
    message = f"tbank: account {account}: T-Bank {_MEANINGS[status]} ({text})"
    if status == 403:
        return ForbiddenError(message)
    return AuthError(message) if status == 401 else RequestRejectedError(message)
