"""What Direct's services list: campaigns, groups, ads, an agency's clients, and what changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingestion.sources.yandex_direct.client import DirectClient
from ingestion.sources.yandex_direct.settings import (
    DISPLAY_PATH_PARTS,
    LINK_FIELDS,
    TRACKED_TYPES,
)

Item = dict[str, Any]

# v501: under v5 unified campaigns and their ads are not seen in full
_LISTS = "json/v501"
_CAMPAIGN_FIELDS = (
    *("Id", "Name", "Type", "Status", "State", "Currency", "TimeZone", "StartDate"),
)
_GROUP_FIELDS = ("Id", "CampaignId", "Name", "Type", "Status", "TrackingParams")
_AD_FIELDS = ("Id", "CampaignId", "AdGroupId", "Type", "Subtype", "State", "Status")
_CAMPAIGNS_A_CALL = 10  # of the services of groups and ads
_CHECKED_A_CALL = 3000  # campaigns, of the service of changes


def campaigns(client: DirectClient, page: int = 10_000) -> Iterator[Item]:
    """Campaigns of a cabinet in all states."""
    params: Item = {"SelectionCriteria": {}, "FieldNames": _CAMPAIGN_FIELDS}
    params |= {f"{kind}FieldNames": ["TrackingParams"] for kind in TRACKED_TYPES}
    return client.pages(f"{_LISTS}/campaigns", params, "Campaigns", page)


def ad_groups(client: DirectClient, campaign_ids: Sequence[int]) -> Iterator[Item]:
    """Groups of campaigns."""
    return _below(client, "adgroups", "AdGroups", campaign_ids, {"FieldNames": _GROUP_FIELDS})


def ads(client: DirectClient, campaign_ids: Sequence[int]) -> Iterator[Item]:
    """Ads of campaigns in all states, each with the link of its type."""
    params: Item = {"FieldNames": _AD_FIELDS}
    for part, link in LINK_FIELDS.items():
        path = ["DisplayUrlPath"] if part in DISPLAY_PATH_PARTS else []
        params[f"{part}FieldNames"] = [link, *path]
    return _below(client, "ads", "Ads", campaign_ids, params)


def _below(
    client: DirectClient, service: str, key: str, campaign_ids: Sequence[int], params: Item
) -> Iterator[Item]:
    for start in range(0, len(campaign_ids), _CAMPAIGNS_A_CALL):
        ids = list(campaign_ids[start : start + _CAMPAIGNS_A_CALL])
        asked = {"SelectionCriteria": {"CampaignIds": ids}, **params}
        yield from client.pages(f"{_LISTS}/{service}", asked, key)


def clients(client: DirectClient) -> list[Item]:
    """An agency's clients, but for those put away."""
    params = {"SelectionCriteria": {"Archived": "NO"}, "FieldNames": ["Login", "ClientInfo"]}
    path = "json/v5/agencyclients"
    found = list(client.pages(path, params, "Clients"))
    with client.documented(path):
        return [{**item, "Login": str(item["Login"])} for item in found]


@dataclass(frozen=True)
class Changed:
    """The first day whose figures changed, if any, and the moment by Direct's clock."""

    border: date | None
    timestamp: str


def changed(client: DirectClient, campaign_ids: Sequence[int], since: str) -> Changed:
    """Whether figures of campaigns changed since a moment that Direct told before.

    Args:
        since: ISO 8601 in UTC with Z; what Direct told as ``Timestamp``.

    Raises:
        SourceFormatError: the answer is not in the documented form.
    """
    path = "json/v5/changes"
    waiting, borders, moments = list(campaign_ids), [], []
    while waiting:
        asked, waiting = waiting[:_CHECKED_A_CALL], waiting[_CHECKED_A_CALL:]
        params = {"CampaignIds": asked, "Timestamp": since, "FieldNames": ["CampaignsStat"]}
        result = client.call(path, {"method": "check", "params": params})
        with client.documented(path):
            for item in result.get("Modified", {}).get("CampaignsStat", []):
                borders.append(date.fromisoformat(item["BorderDate"]))
            moments.append(str(result["Timestamp"]))
            left = [int(one) for one in result.get("Unprocessed", {}).get("CampaignIds", [])]
            if not set(left) < set(asked):
                raise ValueError  # the same campaigns for ever
        waiting = [*left, *waiting]
    # of several answers the earliest moment: what changed in between is told again next time
    return Changed(min(borders, default=None), min(moments, default=since))
