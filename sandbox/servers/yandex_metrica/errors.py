"""Metrica's errors: one JSON shape under a 4xx or 5xx status."""

from starlette.responses import Response

from sandbox.servers.replies import as_json


class MetricaError(Exception):
    """An error a request is answered with."""

    def __init__(self, status: int, error_type: str, message: str = "") -> None:
        super().__init__(message)
        self.status, self.error_type = status, error_type
        self.message = message or error_type.replace("_", " ")


def error_response(error: MetricaError) -> Response:
    """The answer to a failed request."""
    body = {
        "errors": [{"error_type": error.error_type, "message": error.message}],
        "code": error.status,
        "message": error.message,
    }
    return Response(as_json(body), error.status, media_type="application/x-yametrika+json")
