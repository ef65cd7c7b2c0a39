"""The campaigns service, method get."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from sandbox.model import Campaign
from sandbox.servers.replies import as_json
from sandbox.servers.yandex_direct.errors import DirectError, request_id

_LIMIT = 10_000
_PLAIN: dict[str, Callable[[Campaign], Any]] = {
    "Id": lambda c: c.id,
    "Name": lambda c: c.name,
    "Type": lambda c: c.type,
    "Status": lambda c: c.status,
    "State": lambda c: c.state,
    "Currency": lambda c: c.currency,
    "TimeZone": lambda _: "Europe/Moscow",
    "StartDate": lambda c: c.start_date.isoformat(),
    "EndDate": lambda _: None,
    "DailyBudget": lambda _: None,
    "ClientInfo": lambda c: c.login,
    "StatusPayment": lambda _: "ALLOWED",
    "Funds": lambda _: {"Mode": "SHARED_ACCOUNT_FUNDS", "SharedAccountFunds": {"Spend": 0}},
}
# campaign type -> (parameter naming its fields, key of its part of the answer)
_TYPES = {
    "TEXT_CAMPAIGN": ("TextCampaignFieldNames", "TextCampaign"),
    "UNIFIED_CAMPAIGN": ("UnifiedCampaignFieldNames", "UnifiedCampaign"),
    "SMART_CAMPAIGN": ("SmartCampaignFieldNames", "SmartCampaign"),
    "DYNAMIC_TEXT_CAMPAIGN": ("DynamicTextCampaignFieldNames", "DynamicTextCampaign"),
    "MOBILE_APP_CAMPAIGN": ("MobileAppCampaignFieldNames", "MobileAppCampaign"),
    "CPM_BANNER_CAMPAIGN": ("CpmBannerCampaignFieldNames", "CpmBannerCampaign"),
}
_CRITERIA = {"Ids": "id", "Types": "type", "States": "state", "Statuses": "status"}


def get(body: dict[str, Any], campaigns: list[Campaign]) -> Response:
    """One page of campaigns; no ``Campaigns`` key at all when there are none.

    Raises:
        DirectError: 8000 for a request that is not well formed.
    """
    if body.get("method") != "get":
        raise DirectError(8000, "Operation not found")
    params = body.get("params") or {}
    names = params.get("FieldNames")
    if not names:
        raise DirectError(8000, "Required field FieldNames is omitted")
    unknown = [name for name in names if name not in _PLAIN]
    if unknown:
        raise DirectError(8000, f"FieldNames contains an incorrect value {unknown[0]}")
    chosen = [c for c in campaigns if _matches(c, params.get("SelectionCriteria") or {})]
    page = params.get("Page") or {}
    limit, offset = min(int(page.get("Limit", _LIMIT)), _LIMIT), int(page.get("Offset", 0))
    result: dict[str, Any] = {}
    if chosen[offset : offset + limit]:
        rows = [_row(campaign, names, params) for campaign in chosen[offset : offset + limit]]
        result["Campaigns"] = rows
    if offset + limit < len(chosen):
        result["LimitedBy"] = offset + limit
    headers = {"RequestId": request_id(), "Units": "11/159639/160000"}
    return Response(
        as_json({"result": result}), 200, headers, media_type="application/json;charset=utf-8"
    )


def _matches(campaign: Campaign, criteria: dict[str, list[Any]]) -> bool:
    return all(
        getattr(campaign, attribute) in criteria[name]
        for name, attribute in _CRITERIA.items()
        if name in criteria
    )


def _row(campaign: Campaign, names: list[str], params: dict[str, Any]) -> dict[str, Any]:
    row = {name: _PLAIN[name](campaign) for name in names}
    parameter, key = _TYPES.get(campaign.type, ("", ""))
    if "TrackingParams" in params.get(parameter, []):
        row[key] = {"TrackingParams": campaign.tracking_params}
    return row
