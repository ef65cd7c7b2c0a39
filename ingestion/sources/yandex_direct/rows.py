"""Rows of campaigns, groups and ads out of Direct's objects."""

from typing import Any

from ingestion.columns import Row
from ingestion.sources.yandex_direct.settings import LINK_FIELDS, TRACKED_TYPES


def campaign_row(item: dict[str, Any]) -> Row:
    """One campaign as ``campaigns`` has it; KeyError or ValueError for one without an id."""
    return {
        "campaign_id": int(item["Id"]),
        "name": item.get("Name"),
        "type": item.get("Type"),
        "status": item.get("Status"),
        "state": item.get("State"),
        "currency": item.get("Currency"),
        "time_zone": item.get("TimeZone"),
        "start_date": item.get("StartDate"),
        "tracking_params": _part(item, TRACKED_TYPES).get("TrackingParams") or None,
    }


def ad_group_row(item: dict[str, Any]) -> Row:
    """One group as ``ad_groups`` has it."""
    return {
        "ad_group_id": int(item["Id"]),
        "campaign_id": int(item["CampaignId"]),
        "name": item.get("Name"),
        "type": item.get("Type"),
        "status": item.get("Status"),
        "tracking_params": item.get("TrackingParams") or None,
    }


def ad_row(item: dict[str, Any]) -> Row:
    """One ad as ``ads`` has it; its link is None where its type has none of its own."""
    part = _part(item, tuple(LINK_FIELDS))
    return {
        "ad_id": int(item["Id"]),
        "campaign_id": int(item["CampaignId"]),
        "ad_group_id": int(item["AdGroupId"]),
        "type": item.get("Type"),
        "subtype": item.get("Subtype"),
        "status": item.get("Status"),
        "state": item.get("State"),
        "href": part.get("Href") or part.get("TrackingUrl") or None,
        "display_url_path": part.get("DisplayUrlPath") or None,
    }


def _part(item: dict[str, Any], kinds: tuple[str, ...]) -> dict[str, Any]:
    """The object's part of its own type; only that one is there."""
    found: dict[str, Any] = next((item[k] for k in kinds if isinstance(item.get(k), dict)), {})
    return found
