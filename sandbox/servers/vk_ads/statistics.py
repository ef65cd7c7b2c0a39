"""Statistics by day (v2): which objects, which days, and the figures as VK prints them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from starlette.datastructures import QueryParams

from sandbox.servers.vk_ads.errors import VkError
from sandbox.servers.vk_ads.switches import VkSwitches
from sandbox.simulation.vk_ads import BannerDay, Cabinet

_KOPECK = Decimal("0.01")
_WRONG_IDS = {
    "ad_plans": "ERR_WRONG_ADPLANS",
    "ad_groups": "ERR_WRONG_ADGROUPS",
    "banners": "ERR_WRONG_BANNERS",
}
KINDS = tuple(_WRONG_IDS)


@dataclass
class Figures:
    """What an object did in a day or in a span."""

    shows: int = 0
    clicks: int = 0
    spent: Decimal = Decimal(0)

    def add(self, other: "BannerDay | Figures") -> None:
        self.shows += other.shows
        self.clicks += other.clicks
        self.spent += other.spent

    def base(self, spoil: dict[str, Any]) -> dict[str, Any]:
        """The group ``base``: money and what is derived from it as text, the rest as numbers."""
        return {
            "shows": self.shows,
            "clicks": self.clicks,
            "goals": 0,
            "spent": _text(self.spent),
            "cpm": _text(_ratio(self.spent * 1000, self.shows)),
            "cpc": _text(_ratio(self.spent, self.clicks)),
            "cpa": "0",
            "ctr": float(_ratio(Decimal(self.clicks * 100), self.shows)),
            "cr": 0,
            "vk": {"goals": 0, "cpa": "0", "cr": 0},
            **spoil,
        }


def by_day(
    kind: str, cabinet: Cabinet, query: QueryParams, switches: VkSwitches, today: date
) -> dict[str, Any]:
    """GET statistics/{kind}/day.json.

    Raises:
        VkError: 400 for wrong days, too many ids or days, or an id that is not answered for.
    """
    ids = _ids(query, switches)
    first, last = _day(query, "date_from"), _day(query, "date_to")
    if last < first:
        raise VkError(400, "ERR_WRONG_DATE")
    if (last - first).days >= switches.span_limit_days:
        raise VkError(400, "ERR_LIMIT_EXCEEDED")
    if switches.history_days is not None and (today - first).days >= switches.history_days:
        raise VkError(400, "ERR_LIMIT_EXCEEDED")
    if query.get("metrics", "base") not in ("base", "all"):
        raise VkError(400, "ERR_WRONG_PARAMETER")
    object_of = _objects(kind, cabinet)
    known = _known(kind, cabinet)
    if not ids <= known:
        raise VkError(400, _WRONG_IDS[kind])
    figures: dict[tuple[int, date], Figures] = defaultdict(Figures)
    for row in cabinet.days:
        if first <= row.day <= last:
            told = _retold(row, cabinet, switches)
            if told is not None:
                figures[object_of(row.banner_id), row.day].add(told)
    items = [_item(number, first, last, figures, switches) for number in sorted(ids)]
    whole = Figures()
    for (number, _), found in figures.items():
        if number in ids:
            whole.add(found)
    return {"items": items, "total": {"base": whole.base({})}}


def _item(
    number: int,
    first: date,
    last: date,
    figures: dict[tuple[int, date], Figures],
    switches: VkSwitches,
) -> dict[str, Any]:
    rows, total = [], Figures()
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        found = figures.get((number, day))
        if found is not None:
            total.add(found)
        if found is not None or not switches.leaves_zero_days_out:
            base = (found or Figures()).base(switches.spoil if found else {})
            rows.append({"date": day.isoformat(), "base": base})
    return {"id": number, "rows": rows, "total": {"base": total.base({})}}


def _retold(row: BannerDay, cabinet: Cabinet, switches: VkSwitches) -> Figures | None:
    change = switches.restated.get(row.day)
    if change is None:
        return Figures(row.shows, row.clicks, row.spent)
    if cabinet.plan_of(row.banner_id) in change.gone:
        return None
    return Figures(row.shows, row.clicks, (row.spent * change.factor).quantize(_KOPECK))


def _ids(query: QueryParams, switches: VkSwitches) -> set[int]:
    texts = [part for value in query.getlist("id") for part in value.split(",") if part]
    if not texts or not all(text.isdecimal() for text in texts):
        raise VkError(400, "ERR_WRONG_PARAMETER")
    if len(texts) > switches.ids_limit:
        raise VkError(400, "ERR_LIMIT_EXCEEDED")
    return {int(text) for text in texts}


def _day(query: QueryParams, name: str) -> date:
    try:
        return date.fromisoformat(query[name])
    except (KeyError, ValueError):
        raise VkError(400, "ERR_WRONG_DATE") from None


def _known(kind: str, cabinet: Cabinet) -> set[int]:
    plans = {plan.id for plan in cabinet.plans if plan.is_answered}
    groups = {group.id for group in cabinet.groups if group.ad_plan_id in plans}
    banners = {banner.id for banner in cabinet.banners if banner.ad_group_id in groups}
    return {"ad_plans": plans, "ad_groups": groups, "banners": banners}[kind]


def _objects(kind: str, cabinet: Cabinet) -> Callable[[int], int]:
    """The object of this kind that a banner belongs to."""
    group_of = {banner.id: banner.ad_group_id for banner in cabinet.banners}
    plan_of = {group.id: group.ad_plan_id for group in cabinet.groups}
    if kind == "banners":
        return lambda banner_id: banner_id
    if kind == "ad_groups":
        return lambda banner_id: group_of[banner_id]
    return lambda banner_id: plan_of[group_of[banner_id]]


def _ratio(above: Decimal, below: int) -> Decimal:
    return (above / below).quantize(_KOPECK) if below else Decimal(0)


def _text(amount: Decimal) -> str:
    return str(amount) if amount else "0"
