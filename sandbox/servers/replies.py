"""Bodies both services share, and the proxy's HTML pages that stand in front of them."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response

HAL = "application/hal+json"
PROBLEM = "application/problem+json"
_PROXY_PAGES = frozenset({403, 502, 503, 504})


def as_json(value: Any) -> bytes:
    """JSON bytes; a Decimal becomes a JSON number."""
    return orjson.dumps(value, default=_number)


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def hal(body: Any) -> Response:
    """200 with a HAL body."""
    return Response(as_json(body), media_type=HAL)


def no_content() -> Response:
    """204 as amoCRM gives it: a type, no body."""
    return Response(status_code=204, headers={"content-type": HAL})


def problem(status: int, detail: str = "", **more: Any) -> Response:
    """An error in amoCRM's shape; ``more`` adds keys such as hint or validation-errors."""
    body = {
        "title": HTTPStatus(status).phrase,
        "type": f"https://httpstatus.es/{status}",
        "status": status,
        "detail": detail,
    }
    return Response(as_json({**body, **more}), status, media_type=PROBLEM)


def proxy_page(status: int) -> Response:
    """The HTML page a proxy answers with instead of the service."""
    title = f"{status} {HTTPStatus(status).phrase}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1>"
        "</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return Response(page, status, media_type="text/html")


def planned(status: int) -> Response:
    """One planned failure of amoCRM, in the form that status usually has."""
    if status == 204:
        return no_content()
    return proxy_page(status) if status in _PROXY_PAGES else problem(status)
