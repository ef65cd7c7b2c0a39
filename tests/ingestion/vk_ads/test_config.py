"""What ``[sources.vk_ads]`` may say."""

import pytest
from pydantic import ValidationError

from ingestion.sources.vk_ads.config import VkAdsSection


def test_a_cabinet_of_ones_own_is_its_name() -> None:
    section = VkAdsSection.model_validate(
        {"cabinets": ["main", {"name": "client", "agency_client_id": 7, "currency": "KZT"}]}
    )
    assert [cabinet.name for cabinet in section.cabinets] == ["main", "client"]
    assert section.cabinets[1].agency_client_id == 7
    assert section.lookbacks == (7, 30, 90)
    assert section.costs_include_vat
    assert not section.drop_tokens_when_full


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"cabinets": ["кабинет"]}, "name"),
        ({"cabinets": ["my cabinet"]}, "name"),
        ({"cabinets": ["main", "Main"]}, "two cabinets are called main"),
        (
            {"cabinets": [{"name": "a", "agency_client_id": 1, "agency_client_name": "b"}]},
            "cabinet a has both",
        ),
        ({"lookback_days": 1}, "lookback_days"),
        ({"monthly_lookback_days": 400}, "monthly_lookback_days"),
        ({"history_days": 0}, "history_days"),
        ({"logins": ["main"]}, "logins"),
        ({"cabinets": 5}, "cabinets"),
    ],
)
def test_what_makes_no_sense_is_named(settings: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        VkAdsSection.model_validate(settings)


def test_a_rarer_reading_never_goes_back_less_far() -> None:
    section = VkAdsSection(lookback_days=60, weekly_lookback_days=30, monthly_lookback_days=45)
    assert section.lookbacks == (60, 60, 60)
