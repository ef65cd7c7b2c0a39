"""Two hand-made cabinets behind a served VK, and loads of them into a real DuckDB file.

Every number may be relied on: days are Moscow's, today is 2026-10-31.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from dlt.extract import DltSource

from ingestion.http import Clock
from ingestion.pipeline import Loaded, load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources.vk_ads import SOURCE, build
from sandbox.running import Services
from sandbox.servers.vk_ads import VkSwitches
from sandbox.simulation.vk_ads import AdGroup, AdPlan, Banner, BannerDay, Cabinet

AS_OF = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
TODAY = date(2026, 10, 31)
SEARCH, OLD, EMPTY, CLIENTS = 101, 102, 103, 501

# campaign × day, banners in no list included
TRUTH = [
    ("2026-10-27", SEARCH, Decimal("620.15")),
    ("2026-10-27", OLD, Decimal("30.00")),
    ("2026-10-28", SEARCH, Decimal("499.99")),
    ("2026-10-30", OLD, Decimal("0.00")),
    ("2026-10-31", SEARCH, Decimal("25.00")),
]
SPEND = """
    select spend_on::text, ad_plan_id, spent::decimal(18, 2) from ad_plan_daily
    where not is_empty_day and cabinet = 'main' order by 1, 2
"""
DAYS = "select count(distinct spend_on), min(spend_on), max(spend_on) from ad_plan_daily"


def hand_made() -> list[Cabinet]:
    """One's own cabinet, and that of an agency's client."""
    tags = "utm_source=vk&utm_medium=cpc&utm_campaign=old"
    own = Cabinet(
        "main",
        "main@vk",
        1,
        plans=[
            AdPlan(SEARCH, "Поиск клиентов", date_start=date(2026, 9, 1)),
            AdPlan(OLD, "Старая", "deleted"),
            AdPlan(EMPTY, "Пустая", "blocked"),
        ],
        groups=[
            AdGroup(201, SEARCH, "Интересы"),
            AdGroup(202, OLD, "Все", "deleted", utm=tags),
            AdGroup(203, EMPTY, "Никто", enable_utm=False),
        ],
        banners=[
            Banner(301, 201, "Фото", ord_marker="erid301"),
            Banner(302, 201, "Видео", "blocked"),
            Banner(303, 202, "Старый", "deleted"),
            Banner(304, 201, "Нигде", is_listed=False),
        ],
        days=[
            BannerDay(301, date(2026, 10, 27), 1000, 20, Decimal("500.10")),
            BannerDay(302, date(2026, 10, 27), 500, 5, Decimal("120.05")),
            BannerDay(303, date(2026, 10, 27), 10, 1, Decimal("30.00")),
            BannerDay(301, date(2026, 10, 28), 900, 18, Decimal("450.00")),
            BannerDay(304, date(2026, 10, 28), 100, 2, Decimal("49.99")),
            # 2026-10-29: nothing was shown
            BannerDay(303, date(2026, 10, 30), 5, 0, Decimal("0.00")),
            BannerDay(301, date(2026, 10, 31), 50, 1, Decimal("25.00")),
        ],
    )
    client = Cabinet(
        "client",
        "client@agency",
        2,
        client="agency",
        is_agency_client=True,
        plans=[AdPlan(CLIENTS, "Клиентская")],
        groups=[AdGroup(601, CLIENTS, "Группа")],
        banners=[Banner(701, 601, "Баннер")],
        days=[BannerDay(701, date(2026, 10, 29), 7, 1, Decimal("70.00"))],
    )
    return [own, client]


class SwiftClock(Clock):
    """Time passes only by sleeping; ``slept`` lists the sleeps of at least a second."""

    def __init__(self) -> None:
        self._now = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds
        if seconds >= 1:
            self.slept.append(seconds)


def cabinets_of(services: Services) -> list[Cabinet]:
    held: list[Cabinet] = services.app("vk_ads").state.cabinets
    return held


def switches(services: Services) -> VkSwitches:
    return services.faults.of(VkSwitches)


def asked(services: Services, path: str) -> int:
    """How often an address was called."""
    return services.traffic("vk_ads").requests["GET", f"/api/v2/{path}.json"]


def settings_for(
    services: Services, folder: Path, *cabinets: object, as_of: datetime = AS_OF, **section: object
) -> Settings:
    own = {
        "enabled": True,
        "base_url": services.url("vk_ads"),
        "cabinets": list(cabinets) or ["main"],
        "history_days": 20,
        "requests_per_second": 20,
        **section,
    }
    config = check_company_config(
        {
            # far from Moscow on purpose: VK's days are Moscow's all the same
            "company": {"name": "ООО «Малая»", "timezone": "Asia/Vladivostok"},
            "sources": {"vk_ads": own},
        }
    )
    return Settings(
        data_dir=folder, config_path=folder / "company.toml", company_config=config, as_of=as_of
    )


def load(settings: Settings, clock: Clock | None = None, later: int = 0) -> Loaded:
    """Load to the end, as of so many days later."""
    if later:
        settings = replace(settings, as_of=settings.now() + timedelta(days=later))
    watch = clock or SwiftClock()
    make: Callable[[Settings], DltSource] = lambda settings: build(settings, watch)  # noqa: E731
    return load_source(SOURCE, settings, build=make)


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set schema 'raw_vk_ads'")
        return con.execute(sql).fetchall()


def everything(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """All tables without what differs from load to load."""
    tables = ("cabinets", "ad_plans", "ad_groups", "banners", "ad_plan_daily", "banner_daily")
    own = "columns(c -> not starts_with(c, '_dlt'))"
    return {table: query(settings, f"select {own} from {table} order by all") for table in tables}
