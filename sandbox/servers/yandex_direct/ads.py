"""The services of ad groups and ads, method get."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from sandbox.model import Campaign
from sandbox.servers.yandex_direct.errors import DirectError
from sandbox.servers.yandex_direct.objects import checked_params, field_names, page, selected
from sandbox.servers.yandex_direct.switches import DirectFaults
from sandbox.simulation import direct_ads
from sandbox.simulation.direct_ads import Ad, AdGroup

_MOST_CAMPAIGNS = 10  # in one request
_GROUP: dict[str, Callable[[AdGroup], Any]] = {
    "Id": lambda g: g.id,
    "CampaignId": lambda g: g.campaign_id,
    "Name": lambda g: g.name,
    "Type": lambda g: g.type,
    "Subtype": lambda _: "NONE",
    "Status": lambda _: "ACCEPTED",
    "ServingStatus": lambda _: "ELIGIBLE",
    "TrackingParams": lambda g: g.tracking_params or None,
}
_AD: dict[str, Callable[[Ad], Any]] = {
    "Id": lambda a: a.id,
    "CampaignId": lambda a: a.campaign_id,
    "AdGroupId": lambda a: a.ad_group_id,
    "Type": lambda a: a.type,
    "Subtype": lambda a: a.subtype,
    "State": lambda a: a.state,
    "Status": lambda _: "ACCEPTED",
    "StatusClarification": lambda _: "",
}
_LINKED = ("Title", "Title2", "Text", "Href", "DisplayUrlPath")
# key of a type's part of an ad -> the fields it may be asked for (as the services' WSDL names them)
_PARTS = {
    "TextAd": _LINKED,
    "ResponsiveAd": ("Titles", "Texts", "Href", "DisplayUrlPath"),
    "TextImageAd": ("Href",),
    "TextAdBuilderAd": ("Creative", "Href"),
    "CpcVideoAdBuilderAd": ("Creative", "Href"),
    "CpmBannerAdBuilderAd": ("Creative", "Href"),
    "CpmVideoAdBuilderAd": ("Creative", "Href"),
    "MobileAppAd": ("Title", "Text", "TrackingUrl"),
    "MobileAppImageAd": ("TrackingUrl",),
    "MobileAppAdBuilderAd": ("Creative", "TrackingUrl"),
    "MobileAppCpcVideoAdBuilderAd": ("Creative", "TrackingUrl"),
    "DynamicTextAd": ("Text",),
    "ShoppingAd": ("FeedId",),
    "ListingAd": ("FeedId",),
    "SmartAdBuilderAd": ("Creative",),
}
_PART_OF = {
    ("TEXT_AD", "NONE"): "TextAd",
    ("RESPONSIVE_AD", "NONE"): "ResponsiveAd",
    ("IMAGE_AD", "TEXT_IMAGE_AD"): "TextImageAd",
    ("SHOPPING_AD", "NONE"): "ShoppingAd",
    ("SMART_AD", "NONE"): "SmartAdBuilderAd",
}


def get_groups(body: dict[str, Any], campaigns: list[Campaign], switches: DirectFaults) -> Response:
    """One page of groups of at most ten campaigns.

    Raises:
        DirectError: 8000 or 4001 for a request that is not well formed.
    """
    params = checked_params(body)
    names = _names(params, _GROUP)
    found = [g for c in _asked(params, campaigns) for g in direct_ads.ad_groups(c)]
    return page(params, switches, "AdGroups", found, lambda g: {n: _GROUP[n](g) for n in names})


def get_ads(body: dict[str, Any], campaigns: list[Campaign], switches: DirectFaults) -> Response:
    """One page of ads of at most ten campaigns; each with the part of its own type only.

    Raises:
        DirectError: 8000 or 4001 for a request that is not well formed.
    """
    params = checked_params(body)
    names = _names(params, _AD)
    parts = {key: field_names(params, f"{key}FieldNames", fields) for key, fields in _PARTS.items()}

    def row(ad: Ad) -> dict[str, Any]:
        plain = {name: _AD[name](ad) for name in names}
        if switches.unknown_types:
            return plain | {"Type": "HOLOGRAM_AD"}
        key = _PART_OF[ad.type, ad.subtype]
        return plain | ({key: {n: _part(ad, n) for n in parts[key]}} if parts[key] else {})

    found = [ad for c in _asked(params, campaigns) for ad in direct_ads.ads(c)]
    return page(params, switches, "Ads", found, row)


def _part(ad: Ad, name: str) -> Any:
    return {"Href": ad.href, "DisplayUrlPath": ad.display_path}.get(name, "")


def _names(params: dict[str, Any], known: dict[str, Any]) -> list[str]:
    names = field_names(params, "FieldNames", list(known))
    if not names:
        raise DirectError(8000, "Required field FieldNames is omitted")
    return names


def _asked(params: dict[str, Any], campaigns: list[Campaign]) -> list[Campaign]:
    ids = selected(params, "CampaignIds", _MOST_CAMPAIGNS)
    if not ids:
        raise DirectError(4001, "SelectionCriteria must have Ids, AdGroupIds or CampaignIds")
    return [campaign for campaign in campaigns if campaign.id in ids]
