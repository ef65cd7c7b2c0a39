"""What the services of campaigns, groups, ads and clients share: a page of objects, its price."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.responses import Response

from sandbox.servers.replies import as_json
from sandbox.servers.yandex_direct.errors import DirectError, request_id
from sandbox.servers.yandex_direct.switches import DAILY_UNITS, DirectFaults

T = TypeVar("T")
_LIMIT = 10_000
_CALL = 10  # points a call costs, besides one an object


def checked_params(body: dict[str, Any], method: str = "get") -> dict[str, Any]:
    """The params of a call to a method.

    Raises:
        DirectError: 8000 for another method or no params.
    """
    if body.get("method") != method:
        raise DirectError(8000, "Operation not found")
    params = body.get("params")
    if not isinstance(params, dict):
        raise DirectError(8000, "Required field params is omitted")
    return params


def field_names(params: dict[str, Any], name: str, known: Sequence[str]) -> list[str]:
    """The names asked for in one parameter, if any.

    Raises:
        DirectError: 8000 for a name that the service does not know.
    """
    names: list[str] = params.get(name) or []
    unknown = [asked for asked in names if asked not in known]
    if unknown:
        raise DirectError(8000, f"{name} contains an incorrect value {unknown[0]}")
    return names


def selected(params: dict[str, Any], name: str, most: int) -> list[Any] | None:
    """The ids asked for in SelectionCriteria.

    Raises:
        DirectError: 4001 for more than the service takes at once.
    """
    ids: list[Any] | None = (params.get("SelectionCriteria") or {}).get(name)
    if ids is not None and len(ids) > most:
        raise DirectError(4001, f"Array {name} cannot contain more than {most} elements")
    return ids


def page(
    params: dict[str, Any],
    switches: DirectFaults,
    key: str,
    found: list[T],
    row: Callable[[T], dict[str, Any]],
) -> Response:
    """A page of objects under ``key``, which is absent when empty; LimitedBy where more follow."""
    asked = params.get("Page") or {}
    limit, offset = min(int(asked.get("Limit", _LIMIT)), _LIMIT), int(asked.get("Offset", 0))
    limit = min(limit, switches.page_cap or limit)
    rows = [row(item) for item in found[offset : offset + limit]]
    result: dict[str, Any] = {key: rows} if rows else {}
    if offset + limit < len(found):
        result["LimitedBy"] = offset + limit
    return answer(result, switches, _CALL + len(rows))


def answer(result: dict[str, Any], switches: DirectFaults, points: int) -> Response:
    """A good answer, paid for.

    Raises:
        DirectError: 152 when too few points are left.
    """
    if switches.units < points:
        raise DirectError(152, f"{points} units are needed, {switches.units} are left")
    switches.units -= points
    headers = {"RequestId": request_id(), "Units": f"{points}/{switches.units}/{DAILY_UNITS}"}
    return Response(
        as_json({"result": result}), 200, headers, media_type="application/json;charset=utf-8"
    )
