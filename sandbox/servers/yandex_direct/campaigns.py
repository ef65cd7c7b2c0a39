"""The campaigns service, method get."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from sandbox.model import Campaign
from sandbox.servers.yandex_direct.errors import DirectError
from sandbox.servers.yandex_direct.objects import checked_params, field_names, page
from sandbox.servers.yandex_direct.switches import DirectFaults

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


def get(body: dict[str, Any], campaigns: list[Campaign], switches: DirectFaults) -> Response:
    """One page of campaigns; no ``Campaigns`` key at all when there are none.

    Raises:
        DirectError: 8000 for a request that is not well formed.
    """
    params = checked_params(body)
    names = field_names(params, "FieldNames", list(_PLAIN))
    if not names:
        raise DirectError(8000, "Required field FieldNames is omitted")
    chosen = [c for c in campaigns if _matches(c, params.get("SelectionCriteria") or {})]
    return page(params, switches, "Campaigns", chosen, lambda c: _row(c, names, params))


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
