"""Campaigns (VK: ad plans), groups and banners as rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ingestion.columns import Columns, Row
from ingestion.errors import SourceFormatError
from ingestion.sources.vk_ads import settings as tables

Item = Mapping[str, Any]


def _ad_plan(item: Item) -> Row:
    return {
        "objective": _text(item.get("objective")),
        "date_start": _text(item.get("date_start")),
        "date_end": _text(item.get("date_end")),
    }


def _ad_group(item: Item) -> Row:
    return {
        "ad_plan_id": _id(item.get("ad_plan_id")),
        "enable_utm": _flag(item.get("enable_utm")),
        "utm": _text(item.get("utm")),
    }


def _banner(item: Item) -> Row:
    return {
        "ad_group_id": _id(item.get("ad_group_id")),
        "url": _link(item.get("urls")),
        "ord_marker": _text(item.get("ord_marker")),
    }


@dataclass(frozen=True)
class Kind:
    """A kind of objects: what VK's list and our table and its key are called, what is asked."""

    table: str
    name: str
    fields: tuple[str, ...]
    columns: Columns
    more: Callable[[Item], Row]

    @property
    def key(self) -> str:
        return f"{self.name}_id"

    def row(self, item: Item, cabinet: str) -> Row:
        """One object as VK has it now.

        Raises:
            SourceFormatError: a field has another type than documented.
        """
        try:
            return {
                "cabinet": cabinet,
                self.key: _id(item["id"]),
                "name": _text(item.get("name")),
                "status": _text(item.get("status")),
                **self.more(item),
            }
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        raise SourceFormatError(
            f"vk_ads: cabinet {cabinet}: {self.table}: object {item.get('id')} has a field of "
            f"another type than VK documents (asked for: {', '.join(self.fields)}); nothing of "
            "the list is loaded, run again later"
        )


AD_PLANS = Kind(
    "ad_plans",
    "ad_plan",
    ("id", "name", "status", "objective", "date_start", "date_end"),
    tables.AD_PLAN_COLUMNS,
    _ad_plan,
)
AD_GROUPS = Kind(
    "ad_groups",
    "ad_group",
    ("id", "name", "status", "ad_plan_id", "enable_utm", "utm"),
    tables.AD_GROUP_COLUMNS,
    _ad_group,
)
BANNERS = Kind(
    "banners",
    "banner",
    ("id", "name", "status", "ad_group_id", "urls", "ord_marker"),
    tables.BANNER_COLUMNS,
    _banner,
)
KINDS = (AD_PLANS, AD_GROUPS, BANNERS)


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError
    return value or None


def _id(value: Any) -> int | None:
    if isinstance(value, bool):
        raise TypeError
    return None if value is None else int(value)


def _flag(value: Any) -> bool | None:
    """VK's documentation shows booleans as ``true`` and as ``"True"``."""
    known = {True: True, False: False, None: None, "true": True, "false": False}
    return known[value.lower() if isinstance(value, str) else value]


def _link(urls: Any) -> str | None:
    """Where the banner leads: its primary link, else the first one that has an address."""
    if not urls:
        return None
    ordered = sorted(urls.items(), key=lambda pair: (pair[0] != "primary", pair[0]))
    return next((_text(link["url"]) for _, link in ordered if link and link.get("url")), None)
