"""From a served cabinet through dlt into a real DuckDB file, once and again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import AuthError, ConfigError, ServiceUnavailableError
from ingestion.guards import VolumeDropError
from ingestion.settings import Settings
from ingestion.sources import yandex_direct
from ingestion.sources.yandex_direct import lists, resources
from ingestion.sources.yandex_direct.daily import read_report
from sandbox.faults import Rewrite
from sandbox.model import Campaign, SpendDay
from sandbox.running import Services
from sandbox.servers.yandex_direct.switches import DirectFaults
from tests.ingestion.yandex_direct.cabinet import (
    AS_OF,
    SPEND,
    TRUTH,
    SwiftClock,
    cause,
    load,
    query,
    settings_for,
)
from tests.sandbox.small import LOGIN

TODAY = date(2026, 10, 31)
DAYS = "select count(distinct spend_on), min(spend_on), max(spend_on) from campaign_daily"


def test_first_load_is_the_truth_with_a_row_for_every_day(loaded: Settings) -> None:
    settings = loaded
    assert query(settings, SPEND) == TRUTH
    assert query(settings, DAYS) == [(61, date(2026, 9, 1), TODAY)]
    assert query(settings, "select * from campaigns order by campaign_id")[0][:10] == (
        LOGIN, 700001, "Бренд", "TEXT_CAMPAIGN", "ACCEPTED", "ON", "RUB", "Europe/Moscow",
        date(2026, 9, 1), "utm_source=yandex&utm_medium=cpc&utm_campaign={campaign_id}",
    )  # fmt: skip
    empty = "select spend_on, is_provisional from campaign_daily where is_empty_day order by 1 desc"
    assert query(settings, empty)[:3] == [
        (TODAY, True),
        (date(2026, 10, 29), True),
        (date(2026, 10, 26), False),
    ]
    types = "select distinct typeof(cost_micros), typeof(requested_at) from campaign_daily"
    assert query(settings, types) == [("BIGINT", "TIMESTAMP WITH TIME ZONE")]


def test_second_run_changes_nothing_and_asks_for_little(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path, history_months=3)
    load(settings)
    everything = "select * exclude (_dlt_id, _dlt_load_id) from campaign_daily order by all"
    before, asked = query(settings, everything), services.requests["POST", "/json/v5/reports"]
    assert asked == 2 * 4  # by campaign and by ad
    load(settings)
    assert query(settings, everything) == before
    assert services.requests["POST", "/json/v5/reports"] == asked + 2


def test_history_rewritten_by_direct_replaces_whole_days(
    services: Services, loaded: Settings
) -> None:
    settings = replace(loaded, accept_less=frozenset({"yandex_direct"}))
    services.faults.direct_queue_polls = 1
    services.faults.direct_rewritten = {
        date(2026, 10, 27): Rewrite(Decimal("0.5"), drop=1),  # cheaper, one row gone
        date(2026, 10, 30): Rewrite(drop="all"),
    }
    load(settings)
    assert query(settings, SPEND) == [
        ("2026-10-27", 700002, 1_220_300_000),
        ("2026-10-28", 700001, 1_100_100_000),
        ("2026-10-28", 700002, 0),
    ]
    assert query(settings, DAYS) == [(61, date(2026, 9, 1), TODAY)]
    emptied = "select is_empty_day, campaign_id from campaign_daily where spend_on = '2026-10-30'"
    assert query(settings, emptied) == [(True, None)]


def test_settled_day_that_came_back_empty_stops_the_load(
    services: Services, loaded: Settings
) -> None:
    settings = loaded
    services.faults.direct_rewritten = {date(2026, 10, 27): Rewrite(drop="all")}
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    said = str(cause(failed.value, VolumeDropError))
    assert "0 rows of campaign_daily (small-direct) for 2026-10-27, where it had 2" in said
    assert query(settings, SPEND) == TRUTH
    load(replace(settings, accept_less=frozenset({"yandex_direct"})))
    assert query(settings, SPEND) == TRUTH[2:]


def test_cabinet_that_lists_no_campaign_any_more_stops_the_load(
    loaded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "select campaign_id, name, last_seen_at from campaigns order by 1"
    before = query(loaded, names)
    monkeypatch.setattr(lists, "campaigns", lambda _: iter(()))
    with pytest.raises(PipelineStepFailed) as failed:
        load(loaded)
    said = str(cause(failed.value, VolumeDropError))
    assert f"0 rows of campaigns (small-direct), where it had {len(before)} before" in said
    assert query(loaded, names) == before


def test_day_far_back_is_loaded_again_when_direct_says_that_it_changed(
    services: Services, tmp_path: Path
) -> None:
    services.company.spend.append(SpendDay(700001, date(2026, 9, 5), 90, 9, Decimal("99.00")))
    settings = settings_for(services, tmp_path)
    load(settings)
    september = "select cost_micros from campaign_daily where spend_on = '2026-09-05'"
    assert query(settings, september) == [(99_000_000,)]
    services.faults.direct_rewritten = {date(2026, 9, 5): Rewrite(Decimal("0.5"), drop=0)}
    load(settings)
    assert query(settings, september) == [(49_500_000,)]
    by_ad = "select sum(cost_micros) from ad_daily where spend_on = '2026-09-05'"
    assert query(settings, by_ad) == [(49_500_000,)]
    asked = services.requests["POST", "/json/v5/reports"]
    load(settings)  # and not once more
    assert services.requests["POST", "/json/v5/reports"] == asked + 2


def test_days_that_nobody_says_changed_are_left_alone(services: Services, loaded: Settings) -> None:
    settings = settings_for(services, loaded.data_dir, lookback_days=3)
    services.faults.of(DirectFaults).is_forgetful = True  # Changes knows of nothing
    services.faults.direct_rewritten = {date(2026, 10, 27): Rewrite(drop=1)}
    load(settings)
    assert query(settings, SPEND) == TRUTH
    # a long pause makes the window longer, not the history holed
    services.faults.direct_rewritten = {date(2026, 10, 28): Rewrite(drop=1)}
    load(settings, as_of=AS_OF + timedelta(days=40))
    assert query(settings, SPEND) == [*TRUTH[:2], *TRUTH[3:]]
    assert query(settings, DAYS) == [(101, date(2026, 9, 1), date(2026, 12, 10))]


def test_days_are_moscows_and_provisional_until_settled(services: Services, tmp_path: Path) -> None:
    # 20:30 UTC of the 30th is still the 30th in Moscow, and the 31st in Vladivostok
    settings = settings_for(services, tmp_path, as_of=datetime(2026, 10, 30, 20, 30, tzinfo=UTC))
    provisional = "select min(spend_on), max(spend_on) from campaign_daily where is_provisional"
    load(settings)
    assert query(settings, provisional) == [(date(2026, 10, 27), date(2026, 10, 30))]
    services.company.spend[-3].cost += 1  # the day goes on
    load(settings, as_of=datetime(2026, 10, 30, 21, 30, tzinfo=UTC))
    assert query(settings, provisional) == [(date(2026, 10, 28), date(2026, 10, 31))]
    assert ("2026-10-30", 700002, 2_001_000_000) in query(settings, SPEND)


def test_cabinets_are_loaded_apart_and_a_new_one_gets_its_history(
    services: Services, loaded: Settings
) -> None:
    services.company.campaigns.append(Campaign(800001, "Вторая", currency="KZT", login="second"))
    services.company.spend.append(SpendDay(800001, date(2026, 9, 2), 5, 1, Decimal("7.00")))
    settings = settings_for(services, loaded.data_dir, LOGIN, "second")
    load(settings)
    by_login = """
        select login, currency, count(distinct spend_on), sum(cost_micros)
        from campaign_daily group by all order by all
    """
    assert query(settings, by_login) == [
        ("second", "KZT", 61, 7_000_000),
        (LOGIN, "RUB", 61, sum(row[2] for row in TRUTH)),
    ]
    assert query(settings, "select count(*) from campaigns") == [(4,)]


def test_span_that_direct_cannot_is_loaded_in_parts(services: Services, tmp_path: Path) -> None:
    services.faults.direct_span_limit_days = 5
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, SPEND) == TRUTH
    assert query(settings, DAYS) == [(61, date(2026, 9, 1), TODAY)]


def test_blank_figures_are_null_and_zeros_are_zeros(services: Services, tmp_path: Path) -> None:
    services.faults.direct_blank_fields = frozenset({"Clicks", "CampaignType"})
    services.company.spend = services.company.spend[3:4]  # shown for nothing
    settings = settings_for(services, tmp_path)
    load(settings)
    figures = "select clicks, campaign_type, impressions, cost_micros from campaign_daily"
    assert query(settings, f"{figures} where not is_empty_day") == [(None, None, 100, 0)]


def test_troubles_reach_the_caller_by_name(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path, logins=()))
    assert "yandex_direct.logins" in str(cause(failed.value, ConfigError))
    services.faults.direct_queue_polls, services.faults.direct_retry_in = 100, 600
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path))
    assert "not ready" in str(cause(failed.value, ServiceUnavailableError))
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", "y0_wrong_token_value")
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path))
    assert "token" in str(cause(failed.value, AuthError))
    assert "y0_wrong" not in str(failed.value)


@pytest.mark.parametrize(
    ("extra", "complaint"), [({"bonus": 1}, "bonus"), ({"cost_micros": "many"}, "cost_micros")]
)
def test_column_or_type_nobody_declared_stops_the_load(
    services: Services,
    loaded: Settings,
    monkeypatch: pytest.MonkeyPatch,
    extra: dict[str, object],
    complaint: str,
) -> None:
    settings = loaded
    services.faults.direct_rewritten = {date(2026, 10, 27): Rewrite(drop=1)}
    with monkeypatch.context() as patch:
        patch.setattr(
            resources,
            "read_report",
            lambda *args: ([{**row, **extra} for row in rows] for rows in read_report(*args)),
        )
        with pytest.raises(PipelineStepFailed, match=f"(?s){complaint}.*contract_mode=freeze"):
            load(settings)
    assert query(settings, SPEND) == TRUTH


def test_building_needs_neither_secret_nor_network(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCES__YANDEX_DIRECT__TOKEN")
    source = yandex_direct.build(settings_for(services, tmp_path), SwiftClock())
    assert source.schema.name == "yandex_direct"
    assert sorted(source.resources) == [
        *("ad_daily", "ad_groups", "ads", "cabinets", "campaign_daily", "campaign_names"),
        "campaigns",
    ]
    assert not services.requests
