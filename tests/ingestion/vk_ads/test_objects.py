"""Campaigns, groups and banners as rows."""

from typing import Any

import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.vk_ads.objects import AD_GROUPS, AD_PLANS, BANNERS, Kind


def test_group_says_its_campaign_and_its_tags() -> None:
    item = {"id": "201", "ad_plan_id": 101, "name": "Г", "enable_utm": "True", "utm": ""}
    row = AD_GROUPS.row(item, "main")
    assert (row["ad_group_id"], row["ad_plan_id"]) == (201, 101)
    assert (row["enable_utm"], row["utm"], row["status"]) == (True, None, None)


@pytest.mark.parametrize(
    ("urls", "url"),
    [
        ({"primary": {"id": 1, "url": "https://a"}, "alt": {"url": "https://b"}}, "https://a"),
        ({"header": {"url": None}, "url_slide_1": {"url": "https://b"}}, "https://b"),
        ({"primary": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_banner_leads_to_its_primary_link(urls: Any, url: str | None) -> None:
    assert BANNERS.row({"id": 5, "ad_group_id": None, "urls": urls}, "main")["url"] == url


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        (AD_PLANS, {"id": 1, "name": {"ru": "Имя"}}),
        (AD_PLANS, {"id": "первая"}),
        (AD_GROUPS, {"id": 1, "enable_utm": "maybe"}),
        (AD_GROUPS, {"id": 1, "ad_plan_id": "x"}),
        (BANNERS, {"id": 1, "urls": ["https://a"]}),
        (BANNERS, {"id": 1, "urls": {"primary": {"url": 5}}}),
    ],
)
def test_field_of_another_type_is_refused(kind: Kind, item: dict[str, Any]) -> None:
    with pytest.raises(SourceFormatError, match=f"{kind.table}: object {item['id']}"):
        kind.row(item, "main")
