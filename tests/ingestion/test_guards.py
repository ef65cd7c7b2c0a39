"""A load that brings suspiciously little stops before it replaces anything."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestion.guards import VolumeDropError, VolumeGuard
from ingestion.settings import Settings, check_company_config

TODAY = date(2026, 10, 31)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        tmp_path, tmp_path / "company.toml", check_company_config({"company": {"name": "X"}})
    )


def guard(state: dict[str, Any], settings: Settings) -> VolumeGuard:
    return VolumeGuard("yandex_direct", "campaign_daily", state, settings)


def days(*rows: int) -> dict[date, int]:
    """Rows of the days that end yesterday."""
    return {TODAY - timedelta(days=len(rows) - i): count for i, count in enumerate(rows)}


@pytest.mark.parametrize(
    ("before", "now", "passes"),
    [
        (0, 0, True),
        (3, 1, True),  # too few to judge by their number
        (3, 0, False),
        (100, 50, True),
        (100, 49, False),
        (100, 0, False),
        (100, 300, True),
    ],
)
def test_a_list_may_shrink_to_the_set_share(
    settings: Settings, before: int, now: int, passes: bool
) -> None:
    state: dict[str, Any] = {}
    guard(state, settings).check_total("main", before)
    if passes:
        guard(state, settings).check_total("main", now)
        assert state["volumes"]["main"] == now
    else:
        with pytest.raises(VolumeDropError, match=rf"{now} rows .* had {before}.*--accept-less"):
            guard(state, settings).check_total("main", now)
        assert state["volumes"]["main"] == before


def test_lists_of_two_accounts_are_judged_apart(settings: Settings) -> None:
    state: dict[str, Any] = {}
    guard(state, settings).check_total("one", 100)
    guard(state, settings).check_total("other", 0)
    with pytest.raises(VolumeDropError, match=r"campaign_daily \(one\)"):
        guard(state, settings).check_total("one", 0)


def test_a_settled_day_that_lost_its_rows_stops_the_load(settings: Settings) -> None:
    state: dict[str, Any] = {}
    guard(state, settings).check_days("login", days(5, 5, 5), TODAY)
    with pytest.raises(VolumeDropError, match=r"0 rows of campaign_daily .login. for 2026-10-29"):
        guard(state, settings).check_days("login", days(5, 0, 5), TODAY)


def test_days_together_may_not_lose_more_than_the_share(settings: Settings) -> None:
    state: dict[str, Any] = {}
    guard(state, settings).check_days("login", days(10, 10, 10), TODAY)
    with pytest.raises(VolumeDropError, match="2026-10-28 to 2026-10-30"):
        guard(state, settings).check_days("login", days(4, 5, 5), TODAY)


def test_a_day_that_was_empty_or_unknown_may_be_anything(settings: Settings) -> None:
    state: dict[str, Any] = {}
    guard(state, settings).check_days("login", days(0, 5), TODAY)
    guard(state, settings).check_days("login", {TODAY - timedelta(days=9): 0, **days(0, 5)}, TODAY)


def test_days_that_are_not_settled_are_remembered_and_not_judged(settings: Settings) -> None:
    state: dict[str, Any] = {}
    guard(state, settings).check_days("login", {TODAY: 30}, TODAY)
    guard(state, settings).check_days("login", {TODAY: 0}, TODAY)
    assert state["volumes"]["login"] == {"2026-10-31": 0}


def test_days_are_forgotten_after_more_than_a_year(settings: Settings) -> None:
    state: dict[str, Any] = {}
    guard(state, settings).check_days("login", {date(2025, 1, 1): 7}, date(2025, 2, 1))
    guard(state, settings).check_days("login", days(1), TODAY)
    assert state["volumes"]["login"] == {"2026-10-30": 1}


def test_a_person_may_accept_less_once(settings: Settings) -> None:
    state: dict[str, Any] = {}
    guard(state, settings).check_total("main", 100)
    accepting = replace(settings, accept_less=frozenset({"yandex_direct"}))
    guard(state, accepting).check_total("main", 1)
    guard(state, settings).check_total("main", 1)


def test_the_share_is_a_setting_and_zero_switches_the_guard_off(tmp_path: Path) -> None:
    config = {
        "company": {"name": "X"},
        "sources": {"yandex_direct": {"minimum_volume_share": 0}},
    }
    settings = Settings(tmp_path, tmp_path / "company.toml", check_company_config(config))
    state: dict[str, Any] = {}
    guard(state, settings).check_total("main", 100)
    guard(state, settings).check_total("main", 0)
