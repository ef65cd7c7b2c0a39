"""Tables of ``raw_yandex_direct`` and the limits of Direct's API."""

from typing import Any
from zoneinfo import ZoneInfo

from ingestion.columns import Columns

NAME = "yandex_direct"

# Spend is closed: a column or a type that nobody declared stops the load before anything of it is
# written.

# Direct counts days in Moscow's, whatever the advertiser's or the company's zone.
ZONE = ZoneInfo("Europe/Moscow")

# https://yandex.ru/dev/direct/doc/reports/restrictions.html: statistics from three years before the
# first day of the current month.
HISTORY_MONTHS = 36
# Direct takes clicks away for about three days after the day (help, "Figures change afterwards").
SETTLING_DAYS = 3

# types whose settings have TrackingParams; naming the field for another type is an error
TRACKED_TYPES = ("TextCampaign", "UnifiedCampaign", "SmartCampaign", "DynamicTextCampaign")
# part of an ad -> its field with the link; an app's ad has the link of its tracker instead
LINK_FIELDS = {
    "TextAd": "Href",
    "ResponsiveAd": "Href",
    "TextImageAd": "Href",
    "TextAdBuilderAd": "Href",
    "CpcVideoAdBuilderAd": "Href",
    "CpmBannerAdBuilderAd": "Href",
    "CpmVideoAdBuilderAd": "Href",
    "MobileAppAd": "TrackingUrl",
    "MobileAppImageAd": "TrackingUrl",
    "MobileAppAdBuilderAd": "TrackingUrl",
    "MobileAppCpcVideoAdBuilderAd": "TrackingUrl",
}
DISPLAY_PATH_PARTS = ("TextAd", "ResponsiveAd")
# the second line has no link of its own: Direct takes it from the feed or the site
KNOWN_AD_TYPES = (
    *("TEXT_AD", "RESPONSIVE_AD", "IMAGE_AD", "CPC_VIDEO_AD", "CPM_BANNER_AD", "CPM_VIDEO_AD"),
    *("DYNAMIC_TEXT_AD", "SMART_AD", "SHOPPING_AD", "LISTING_AD"),
    *("MOBILE_APP_AD", "UNKNOWN"),
)


_KINDS: dict[str, dict[str, Any]] = {
    "key text": {"data_type": "text", "nullable": False},
    "key bigint": {"data_type": "bigint", "nullable": False},
    "key date": {"data_type": "date", "nullable": False},
    "timestamp": {"data_type": "timestamp", "timezone": True},
}


def _columns(**kinds: str) -> Columns:
    # a new dict for each column: dlt writes the column's name into it
    return {name: {**_KINDS.get(kind, {"data_type": kind})} for name, kind in kinds.items()}


CABINET_COLUMNS = _columns(
    login="key text", name="text", agency_login="text", last_seen_at="timestamp"
)
CAMPAIGN_COLUMNS = _columns(
    login="key text",
    campaign_id="key bigint",
    name="text",
    type="text",
    status="text",
    state="text",
    currency="text",
    time_zone="text",
    start_date="date",
    tracking_params="text",
    last_seen_at="timestamp",
)
CAMPAIGN_NAME_COLUMNS = _columns(login="key text", campaign_id="key bigint", name="text")
AD_GROUP_COLUMNS = _columns(
    login="key text",
    ad_group_id="key bigint",
    campaign_id="bigint",
    name="text",
    type="text",
    status="text",
    tracking_params="text",
    last_seen_at="timestamp",
)
AD_COLUMNS = _columns(
    login="key text",
    ad_id="key bigint",
    campaign_id="bigint",
    ad_group_id="bigint",
    type="text",
    subtype="text",
    status="text",
    state="text",
    href="text",
    display_url_path="text",
    last_seen_at="timestamp",
)
_DAY = {"login": "key text", "spend_on": "key date", "campaign_id": "bigint"}
_FIGURES = {
    "impressions": "bigint",
    "clicks": "bigint",
    "cost_micros": "bigint",
    "currency": "text",
    "includes_vat": "bool",
    "is_provisional": "bool",
    "is_empty_day": "bool",
    "requested_at": "timestamp",
}
CAMPAIGN_DAILY_COLUMNS = _columns(**_DAY, campaign_name="text", campaign_type="text", **_FIGURES)
AD_DAILY_COLUMNS = _columns(**_DAY, ad_group_id="bigint", ad_id="bigint", **_FIGURES)
