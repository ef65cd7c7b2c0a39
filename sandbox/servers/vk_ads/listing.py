"""Lists of campaigns (ad plans), groups and banners: fields, filters, sorting, pages."""

import random
from collections.abc import Callable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any

from starlette.datastructures import QueryParams

from sandbox.servers.vk_ads.errors import VkError
from sandbox.servers.vk_ads.switches import VkSwitches
from sandbox.simulation.vk_ads import AdGroup, AdPlan, Banner, Cabinet

_STATUSES = ("active", "blocked", "deleted")
_SORTED_BY = ("id", "name", "status")
_DEFAULT_LIMIT = 20
# what the lists show unless a status is asked for: what was thrown away is not among it
_DEFAULT_STATUSES = ("active", "blocked")


def _moment(day: date | None) -> str | None:
    return f"{day.isoformat()} 00:00:00" if day else None


_PLAN: dict[str, Callable[[AdPlan], Any]] = {
    "id": lambda o: o.id,
    "name": lambda o: o.name,
    "status": lambda o: o.status,
    "objective": lambda o: o.objective,
    "date_start": lambda o: _moment(o.date_start),
    "date_end": lambda o: _moment(o.date_end),
}
_GROUP: dict[str, Callable[[AdGroup], Any]] = {
    "id": lambda o: o.id,
    "name": lambda o: o.name,
    "status": lambda o: o.status,
    "ad_plan_id": lambda o: o.ad_plan_id,
    "package_id": lambda _: 3127,
    "last_updated": lambda _: "2026-10-01 12:00:00",
    "enable_utm": lambda o: o.enable_utm,
    "utm": lambda o: o.utm or None,
}
_BANNER: dict[str, Callable[[Banner], Any]] = {
    "id": lambda o: o.id,
    "name": lambda o: o.name,
    "status": lambda o: o.status,
    "ad_group_id": lambda o: o.ad_group_id,
    "moderation_status": lambda _: "allowed",
    "ord_marker": lambda o: o.ord_marker or None,
    "urls": lambda o: {"primary": {"id": o.id + 7, "url": o.url}},
}
_KINDS: dict[str, tuple[Mapping[str, Callable[[Any], Any]], tuple[str, ...]]] = {
    "ad_plans": (_PLAN, ("id", "name")),
    "ad_groups": (_GROUP, ("id", "name", "package_id", "last_updated")),
    "banners": (_BANNER, ("id", "ad_group_id", "moderation_status", "ord_marker")),
}


def page(kind: str, cabinet: Cabinet, query: QueryParams, switches: VkSwitches) -> dict[str, Any]:
    """One page: ``count`` of all, ``offset``, ``items`` of the fields asked for.

    Raises:
        VkError: 400 for a field, a filter, a sorting or a limit that does not exist.
    """
    known, shown = _KINDS[kind]
    held: dict[str, list[Any]] = {
        "ad_plans": [*cabinet.plans],
        "ad_groups": [*cabinet.groups],
        "banners": [*cabinet.banners],
    }
    fields = query["fields"].split(",") if query.get("fields") else list(shown)
    for name in fields:
        if name not in known:
            raise VkError(400, "validation_failed", {name: "unallowed_field"})
    limit, offset = _number(query, "limit", _DEFAULT_LIMIT), _number(query, "offset", 0)
    if limit > switches.page_limit:
        raise VkError(400, "validation_failed", {"limit": "max_value"})
    chosen = _sorted([row for row in held[kind] if row.is_listed and _fits(row, query)], query)
    start = max(0, offset - 1) if switches.repeats_rows and offset else offset
    size = min(limit, switches.page_cap or limit)
    items = [{name: known[name](row) for name in fields} for row in chosen[start : start + size]]
    return {"count": len(chosen), "offset": offset, "items": items}


def _number(query: QueryParams, name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal():
        raise VkError(400, "validation_failed", {name: "bad_value"})
    return int(text)


def _fits(row: Any, query: QueryParams) -> bool:
    statuses = _values(query, "_status") or _DEFAULT_STATUSES
    if any(status not in _STATUSES for status in statuses):
        raise VkError(400, "validation_failed", {"status": "unallowed_value"})
    ids = _values(query, "_id")
    return row.status in statuses and (not ids or str(row.id) in ids)


def _values(query: QueryParams, name: str) -> tuple[str, ...]:
    text = query.get(f"{name}__in") or query.get(name) or ""
    return tuple(text.split(",")) if text else ()


def _sorted(rows: list[Any], query: QueryParams) -> list[Any]:
    sorting = query.get("sorting")
    if not sorting:
        # nothing is promised about the order, so nobody should rely on one
        return random.sample(rows, len(rows))
    for name in reversed(sorting.split(",")):
        key = name.removeprefix("-")
        if key not in _SORTED_BY:
            raise VkError(400, "validation_failed", {"sorting": "unallowed_value"})
        rows = sorted(rows, key=attrgetter(key), reverse=name.startswith("-"))
    return rows
