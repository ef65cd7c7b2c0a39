"""VK's errors: ``{"error": {...}}`` from resources, ``{"code", "message"}`` about tokens."""

from typing import Any

from starlette.responses import Response

from sandbox.servers.replies import as_json

_MESSAGES = {
    "ERR_WRONG_PARAMETER": "Incorrect or missing parameter",
    "ERR_LIMIT_EXCEEDED": "Too many dates or objects requested",
    "ERR_WRONG_DATE": "Incorrect date",
    "ERR_WRONG_BANNERS": "Banners do not exist or are not available",
    "ERR_WRONG_ADGROUPS": "Ad groups do not exist or are not available",
    "ERR_WRONG_ADPLANS": "Ad plans do not exist or are not available",
    "ERR_ACCESS_DENIED": "Access denied",
    "ERR_WRONG_RESOURCE": "No such method",
    "ERR_WRONG_IDS": "No such id",
    "ERR_INTERNAL": "Internal error",
    "validation_failed": "Validation failed",
}
_TOKEN_MESSAGES = {
    "invalid_token": "Unknown access token",
    "expired_token": "Access token is expired",
    "revoked_token": "Access token has been revoked",
    "invalid_client": "Invalid client id or secret provided",
    "invalid_user": "User is blocked",
    "token_limit_exceeded": "Active access token limit reached",
}


class VkError(Exception):
    """An error the service answers with."""

    def __init__(self, status: int, code: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.fields = status, code, fields


def error_response(error: VkError) -> Response:
    """The answer to a refused call."""
    headers = {}
    if error.code in _TOKEN_MESSAGES:
        message = _TOKEN_MESSAGES[error.code]
        body: dict[str, Any] = {"code": error.code, "message": message}
        if error.status == 401:
            headers["WWW-Authenticate"] = (
                f'Bearer realm="api", error="{error.code}", error_description="{message}"'
            )
    else:
        inner: dict[str, Any] = {
            "code": error.code,
            "message": _MESSAGES.get(error.code, "Error"),
        }
        if error.fields:
            inner["fields"] = {
                name: {"code": code, "message": code} for name, code in error.fields.items()
            }
        body = {"error": inner}
    return Response(as_json(body), error.status, headers, media_type="application/json")
