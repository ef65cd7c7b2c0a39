"""The Data API's errors: JSON-RPC error objects under HTTP 200."""

from typing import Any

_TITLES = {
    -32001: "Access token is invalid",
    -32003: "Access denied",
    -32008: "Component is disabled",
    -32009: "Account is inactive",
    -32029: "Requests limit is exceeded",
    -32600: "Invalid request",
    -32601: "Method not found",
    -32602: "Invalid params",
    -32603: "Internal error",
    -32700: "Parse error",
}


class UisError(Exception):
    """An error a request is answered with."""

    def __init__(self, code: int, mnemonic: str, field: str = "", value: str = "") -> None:
        super().__init__(mnemonic)
        self.code, self.mnemonic, self.field, self.value = code, mnemonic, field, value


def error_body(error: UisError, request_id: Any, said: str = "") -> dict[str, Any]:
    """The whole answer; ``said`` is added to the message."""
    return {
        "jsonrpc": "2.0",
        "id": request_id,
        "error": {
            "code": error.code,
            "message": _TITLES.get(error.code, "Error") + said,
            "data": {
                "mnemonic": error.mnemonic,
                "field": error.field,
                "value": error.value,
                "params": {},
                "extended_helper": "",
                "metadata": {},
            },
        },
    }
