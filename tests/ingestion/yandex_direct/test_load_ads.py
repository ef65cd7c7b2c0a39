"""Ads, groups, names and days of ads through dlt into a real DuckDB file."""

from datetime import date
from pathlib import Path

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import SourceFormatError
from ingestion.settings import Settings
from ingestion.sources import yandex_direct
from sandbox.model import Campaign, SpendDay
from sandbox.running import Services
from sandbox.servers.yandex_direct.switches import DirectFaults
from tests.ingestion.yandex_direct.cabinet import AS_OF, cause, load, query, settings_for
from tests.sandbox.small import LOGIN

RESIDUAL = """
    select campaign_id, spend_on::text, campaigns.cost - coalesce(ads.cost, 0) as residual
    from (
        select login, campaign_id, spend_on, sum(cost_micros) as cost
        from campaign_daily where not is_empty_day group by all
    ) as campaigns
    left join (
        select login, campaign_id, spend_on, sum(cost_micros) as cost
        from ad_daily where not is_empty_day group by all
    ) as ads using (login, campaign_id, spend_on)
"""


def test_days_of_ads_sum_to_days_of_campaigns(loaded: Settings) -> None:
    assert query(loaded, f"select count(*), sum(residual) from ({RESIDUAL})") == [(6, 0)]
    days = "select count(distinct spend_on) from ad_daily"
    assert query(loaded, days) == [(61,)]  # empty days are asked for and said as well
    unknown = (
        "select count(*) from ad_daily anti join ads using (login, ad_id) where ad_id is not null"
    )
    assert query(loaded, unknown) == [(0,)]


def test_what_the_wizard_shows_in_no_ad_stays_a_residual(
    services: Services, loaded: Settings
) -> None:
    wizard = Campaign(700004, "Мастер кампаний: окна", "UNIFIED_CAMPAIGN", login=LOGIN)
    services.company.campaigns.append(wizard)
    day = services.company.spend[0].day
    services.company.spend.append(SpendDay(700004, day, 1000, 100, services.company.spend[0].cost))
    load(loaded)
    rest = query(loaded, f"select campaign_id, residual from ({RESIDUAL}) where residual <> 0")
    assert [row[0] for row in rest] == [700004]
    unnamed = (
        "select ad_group_id, cost_micros > 0 from ad_daily where ad_id is null and not is_empty_day"
    )
    assert query(loaded, unnamed) == [(None, True)]


def test_links_and_tracking_params(loaded: Settings) -> None:
    ads = """
        select type, subtype, href, display_url_path from ads
        where campaign_id = 700001 order by ad_id
    """
    marked = "https://svetlye-kuhni.example/akciya/?utm_source=ya&utm_term={keyword}#forma"
    assert query(loaded, ads)[:2] == [
        ("TEXT_AD", "NONE", "https://svetlye-kuhni.example/", "кухни"),
        ("IMAGE_AD", "TEXT_IMAGE_AD", marked, None),
    ]
    groups = "select tracking_params from ad_groups where campaign_id = 700001 order by ad_group_id"
    assert query(loaded, groups) == [(None,), ("utm_content={gbid}&utm_term={keyword}",)]
    ids = "select typeof(ad_id), max(ad_id) > 4000000000 from ads group by all"
    assert query(loaded, ids) == [("BIGINT", True)]


def test_changed_link_and_group_replace_what_was_known(
    services: Services, loaded: Settings
) -> None:
    services.company.campaigns[0].state = "ARCHIVED"
    load(loaded)
    states = "select distinct state from ads where campaign_id = 700001"
    assert query(loaded, states) == [("ARCHIVED",)]
    assert query(loaded, "select count(*) from ads") == [(12,)]


def test_ads_of_an_archived_campaign_are_asked_for_once(services: Services, tmp_path: Path) -> None:
    switches = services.faults.of(DirectFaults)
    switches.page_cap = 4  # a campaign a page
    settings = settings_for(services, tmp_path)
    load(settings)
    asked = services.requests["POST", "/json/v501/ads"]
    assert asked == 3
    load(settings)
    assert services.requests["POST", "/json/v501/ads"] - asked == 2
    services.company.campaigns[2].state = "ON"  # taken out of the archive
    load(settings)
    assert services.requests["POST", "/json/v501/ads"] - asked == 2 + 3


def test_names_keep_their_history(services: Services, loaded: Settings) -> None:
    campaign = services.company.campaigns[0]
    campaign.name = "Бренд 2"
    moments = [AS_OF.replace(hour=hour) for hour in (21, 22, 23)]
    load(loaded, as_of=moments[0])
    load(loaded, as_of=moments[1])
    campaign.name = "Бренд"
    services.company.campaigns.pop()  # gone from the list, not from the history
    load(loaded, as_of=moments[2])
    names = "select campaign_id, name, valid_from, valid_to from campaign_names order by all"
    assert query(loaded, names) == [
        (700001, "Бренд", AS_OF, moments[0]),
        (700001, "Бренд", moments[2], None),
        (700001, "Бренд 2", moments[0], moments[2]),
        (700002, "Общие запросы", AS_OF, None),
        (700003, "Архивная", AS_OF, None),
    ]


def test_type_of_ad_that_nobody_knows_is_loaded_and_said(
    services: Services, tmp_path: Path
) -> None:
    services.faults.of(DirectFaults).unknown_types = True
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, "select distinct type, href from ads") == [("HOLOGRAM_AD", None)]
    (problem,) = query(settings, yandex_direct.SOURCE.problems)
    assert problem[:4] == ("unknown_value", "ads of type HOLOGRAM_AD", None, 12)


def test_no_problems_of_an_ordinary_cabinet(loaded: Settings) -> None:
    assert query(loaded, yandex_direct.SOURCE.problems) == []


def test_cabinet_without_spend(services: Services, tmp_path: Path) -> None:
    services.company.spend.clear()
    settings = settings_for(services, tmp_path)
    load(settings)
    for table in ("campaign_daily", "ad_daily"):
        days = f"select count(*), min(spend_on), max(spend_on), sum(cost_micros) from {table}"
        assert query(settings, days) == [(61, date(2026, 9, 1), date(2026, 10, 31), None)]


def test_ads_of_another_form_load_nothing(
    services: Services, loaded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless(item: dict[str, object]) -> dict[str, object]:
        raise KeyError("Id")

    monkeypatch.setattr("ingestion.sources.yandex_direct.rows.ad_row", nameless)
    services.company.campaigns[0].name = "Новое имя"
    with pytest.raises(PipelineStepFailed) as failed:
        load(loaded)
    assert "answer of ads is not in Direct's form" in str(cause(failed.value, SourceFormatError))
    name = "select name from campaigns where campaign_id = 700001"
    assert query(loaded, name) == [("Бренд",)]
