"""Direct's errors: one JSON shape, under HTTP 200 for services and 4xx or 5xx for reports."""

from itertools import count

from starlette.responses import Response

from sandbox.servers.replies import as_json

_TITLES = {
    52: "Authorization server temporarily unavailable",
    53: "Authorization error",
    54: "No rights",
    56: "Limit of requests to the method is exceeded",
    152: "Not enough units",
    506: "Connection limit is exceeded",
    1000: "Server is temporarily unavailable",
    1001: "Initialization error",
    1002: "Operation error",
    4000: "Incorrect request parameters",
    4001: "Incorrect selection criteria",
    8000: "Incorrect request",
    8800: "Object not found",
    9000: "Limit of reports in the queue is exceeded",
}
_SERVER_SIDE = frozenset({52, 1000, 1001, 1002})
_ids = count(8000000000000000001)


class DirectError(Exception):
    """An error a service answers with; ``code`` is Direct's number."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def request_id() -> str:
    """The id each answer carries."""
    return str(next(_ids))


def error_response(error: DirectError, *, is_report: bool, code_as_text: bool = False) -> Response:
    """The answer to a failed request."""
    status = 200
    if is_report:
        status = 500 if error.code in _SERVER_SIDE else 400
    number = request_id()
    body = {
        "error": {
            "request_id": number,
            "error_code": str(error.code) if code_as_text else error.code,
            "error_string": _TITLES.get(error.code, "Error"),
            "error_detail": error.detail,
        }
    }
    headers = {"RequestId": number}
    return Response(as_json(body), status, headers, "application/json;charset=utf-8")
