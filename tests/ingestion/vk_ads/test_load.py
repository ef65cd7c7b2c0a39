"""From a served cabinet through dlt into a real DuckDB file, once and again."""

import logging
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.guards import VolumeDropError
from ingestion.settings import Settings
from ingestion.sources import vk_ads
from ingestion.sources.vk_ads import SOURCE
from sandbox.running import Services
from sandbox.servers.vk_ads import Restatement
from sandbox.simulation.vk_ads import AdGroup, AdPlan, Banner, BannerDay
from tests.ingestion.vk_ads.cabinet import (
    DAYS,
    OLD,
    SEARCH,
    SPEND,
    TODAY,
    TRUTH,
    SwiftClock,
    asked,
    cabinets_of,
    everything,
    load,
    query,
    settings_for,
    switches,
)

AGENCY = {"name": "client", "agency_client_id": 2, "currency": "KZT"}
NAMES = "select object_kind, object_id, name from names order by all"


def test_first_load_is_the_truth(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    assert load(settings).rounds == 1
    assert query(settings, SPEND) == TRUTH
    assert query(settings, DAYS) == [(21, date(2026, 10, 11), TODAY)]
    empty = "select spend_on, ad_plan_id from ad_plan_daily where is_empty_day order by 1 desc"
    assert query(settings, empty)[:2] == [(date(2026, 10, 29), 0), (date(2026, 10, 26), 0)]
    provisional = "select distinct spend_on from ad_plan_daily where is_provisional"
    assert query(settings, provisional) == [(TODAY,)]
    figures = """
        select shows, clicks, goals, spent, is_gone, requested_at from ad_plan_daily
        where ad_plan_id = 101 and spend_on = '2026-10-27'
    """
    assert query(settings, figures) == [
        (1500, 25, Decimal(0), Decimal("620.15"), False, settings.as_of)
    ]
    types = "select typeof(spent), typeof(shows) from ad_plan_daily limit 1"
    assert query(settings, types) == [("DECIMAL(18,6)", "BIGINT")]
    own = "select * exclude (last_seen_at, _dlt_load_id, _dlt_id)"
    assert query(settings, f"{own} from ad_plans order by ad_plan_id")[:2] == [
        ("main", 101, "Поиск клиентов", "active", "site_conversions", "2026-09-01 00:00:00", None),
        ("main", 102, "Старая", "deleted", "site_conversions", None, None),
    ]
    assert query(settings, f"{own} from ad_groups order by ad_group_id")[0::2] == [
        ("main", 201, 101, "Интересы", "active", True, None),
        ("main", 203, 103, "Никто", "active", False, None),
    ]
    assert query(settings, f"{own} from banners order by banner_id")[0] == (
        "main", 301, 201, "Фото", "active", "https://svetlye-kuhni.example/", "erid301",
    )  # fmt: skip
    assert query(settings, f"{own} from cabinets") == [("main", "RUB", True)]
    # the banner that VK lists nowhere counts in its campaign only
    total = "select sum(spent)::decimal(18, 2) from banner_daily"
    assert query(settings, total) == [(sum(row[2] for row in TRUTH) - Decimal("49.99"),)]
    assert query(settings, SOURCE.problems) == []


def test_corrections_replace_what_was_loaded(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    before, calls = everything(settings), asked(services, "statistics/ad_plans/day")
    rows = load(settings).rows
    assert everything(settings) == before
    # nothing is said of campaigns and days of which nothing was ever loaded
    assert rows["ad_plan_daily"] <= 8 * 3
    assert asked(services, "statistics/ad_plans/day") == calls + 1

    own = cabinets_of(services)[0]
    switches(services).restated = {
        date(2026, 10, 27): Restatement(Decimal("0.5"), gone=frozenset({OLD})),
        date(2026, 10, 30): Restatement(Decimal(1)),
    }
    own.days = [row for row in own.days if row.day != date(2026, 10, 28) or row.banner_id != 304]
    own.days.append(BannerDay(301, date(2026, 10, 29), 8, 1, Decimal("9.00")))
    own.plans[0].name = "Поиск клиентов 2"
    switches(services).leaves_zero_days_out = True
    load(settings)
    lowered = [
        ("2026-10-27", SEARCH, Decimal("310.07")),  # and campaign 102 has lost the day
        ("2026-10-28", SEARCH, Decimal("450.00")),
        ("2026-10-29", SEARCH, Decimal("9.00")),
        *TRUTH[3:],
    ]
    assert query(settings, SPEND) == lowered
    assert query(settings, DAYS) == [(21, date(2026, 10, 11), TODAY)]
    marker = "select count(*) from ad_plan_daily where is_empty_day and spend_on = '2026-10-29'"
    assert query(settings, marker) == [(0,)]
    gone = "select spend_on from banner_daily where banner_id = 303 order by 1"
    assert query(settings, gone) == [(date(2026, 10, 30),)]
    assert query(settings, NAMES)[:3] == [
        ("ad_group", 201, "Интересы"),
        ("ad_group", 202, "Все"),
        ("ad_group", 203, "Никто"),
    ]
    assert query(settings, NAMES.replace("order", "where object_id = 101 order")) == [
        ("ad_plan", 101, "Поиск клиентов"),
        ("ad_plan", 101, "Поиск клиентов 2"),
    ]
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("update raw_vk_ads.ad_plans set status = 'paused' where ad_plan_id = 101")
    (problem,) = query(settings, SOURCE.problems)
    assert problem[:4] == ("unknown_value", "campaign status paused", None, 1)


def test_today_settles_tomorrow_and_a_new_campaign_appears(
    services: Services, tmp_path: Path
) -> None:
    # 20:30 UTC of the 30th is still the 30th in Moscow, and the 31st in Vladivostok
    settings = settings_for(services, tmp_path, as_of=datetime(2026, 10, 30, 20, 30, tzinfo=UTC))
    provisional = "select distinct spend_on from ad_plan_daily where is_provisional"
    load(settings)
    assert query(settings, provisional) == [(date(2026, 10, 30),)]
    own = cabinets_of(services)[0]
    own.plans.append(AdPlan(104, "Новая"))
    own.groups.append(AdGroup(204, 104, "Группа"))
    own.banners.append(Banner(305, 204, "Баннер"))
    own.days.append(BannerDay(305, date(2026, 10, 30), 5, 1, Decimal("3.00")))
    load(replace(settings, as_of=datetime(2026, 10, 30, 21, 30, tzinfo=UTC)))
    assert query(settings, provisional) == [(date(2026, 10, 31),)]
    assert ("2026-10-30", 104, Decimal("3.00")) in query(settings, SPEND)


def test_campaign_that_vanished_keeps_its_spend(
    services: Services, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(services, tmp_path, as_of=datetime(2026, 10, 27, 20, tzinfo=UTC))
    load(settings)
    first = cabinets_of(services)[0].plans
    # no longer listed, and still answered for: corrections go on
    first[1].is_listed = False
    switches(services).restated = {date(2026, 10, 27): Restatement(Decimal("0.5"))}
    load(settings)
    assert query(settings, SPEND) == [
        ("2026-10-27", SEARCH, Decimal("310.07")),
        ("2026-10-27", OLD, Decimal("15.00")),
    ]
    # VK knows it no more at all
    first[1].is_answered = False
    switches(services).restated = {date(2026, 10, 27): Restatement(Decimal("0.1"))}
    with caplog.at_level(logging.WARNING):
        load(settings, later=1)
    assert "no statistics of 1 ad_plans (102); their loaded days stay" in caplog.text
    lowered = [
        ("2026-10-27", SEARCH, Decimal("62.01")),
        ("2026-10-27", OLD, Decimal("15.00")),
        ("2026-10-28", SEARCH, Decimal("499.99")),
    ]
    assert query(settings, SPEND) == lowered
    (problem,) = query(settings, SOURCE.problems)
    assert problem[:4] == ("unsettled_day", "campaign 102", Decimal("15.00"), 1)
    # it is not asked for every night, only where a reading goes far back
    calls = asked(services, "statistics/ad_plans/day")
    load(settings, later=2)
    assert asked(services, "statistics/ad_plans/day") == calls + 1
    first[1].is_answered = True
    load(settings, later=8)
    assert ("2026-10-27", OLD, Decimal("3.00")) in query(settings, SPEND)
    assert query(settings, SOURCE.problems) == []


def test_cabinets_are_loaded_apart_and_a_new_one_gets_its_history(
    services: Services, tmp_path: Path
) -> None:
    load(settings_for(services, tmp_path))
    settings = settings_for(services, tmp_path, "main", AGENCY, costs_include_vat=False)
    load(settings)
    by_cabinet = """
        select cabinet, count(distinct spend_on), sum(spent)::decimal(18, 2)
        from ad_plan_daily group by all order by all
    """
    assert query(settings, by_cabinet) == [
        ("client", 21, Decimal("70.00")),
        ("main", 21, sum(row[2] for row in TRUTH)),
    ]
    # what the settings say of the money holds for days loaded before, too
    money = "select cabinet, currency, costs_include_vat from cabinets order by 1"
    assert query(settings, money) == [("client", "KZT", False), ("main", "RUB", False)]


def test_empty_cabinet_leaves_empty_days(services: Services, tmp_path: Path) -> None:
    own = cabinets_of(services)[0]
    own.plans, own.groups, own.banners, own.days = [], [], [], []
    settings = settings_for(services, tmp_path, banner_days=False)
    load(settings)
    assert query(settings, DAYS) == [(21, date(2026, 10, 11), TODAY)]
    assert query(settings, SPEND) == []
    tables = ("ad_plans", "ad_groups", "banners", "names", "banner_daily")
    assert [query(settings, f"select count(*) from {table}") for table in tables] == [
        [(0,)], [(0,)], [(0,)], [(1,)], [(0,)],
    ]  # fmt: skip
    assert asked(services, "statistics/ad_plans/day") == 0


def test_guard_stops_before_anything_is_replaced(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    own = cabinets_of(services)[0]
    own.days = [row for row in own.days if row.day != date(2026, 10, 28)]
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    said = str(cause(failed.value, VolumeDropError))
    assert "0 rows of ad_plan_daily (main) for 2026-10-28" in said
    assert "--accept-less vk_ads" in said
    assert query(settings, SPEND) == TRUTH
    load(replace(settings, accept_less=frozenset({"vk_ads"})))
    assert query(settings, SPEND) == [*TRUTH[:2], *TRUTH[3:]]
    assert query(settings, DAYS) == [(21, date(2026, 10, 11), TODAY)]
    # a list that is empty all at once
    for plan in own.plans:
        plan.is_listed = False
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    assert "0 rows of ad_plans (main)" in str(cause(failed.value, VolumeDropError))


def cause(error: BaseException | None, kind: type[BaseException]) -> BaseException:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    assert error is not None
    return error


def test_building_needs_neither_secret_nor_network(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCES__VK_ADS__CLIENT_ID")
    settings: Settings = settings_for(services, tmp_path)
    source: Any = vk_ads.build(settings, SwiftClock())
    assert source.schema.name == "vk_ads"
    assert sorted(source.resources) == [
        "ad_groups", "ad_plan_daily", "ad_plans", "banner_daily", "banners", "cabinets", "names",
    ]  # fmt: skip
    assert not services.requests
