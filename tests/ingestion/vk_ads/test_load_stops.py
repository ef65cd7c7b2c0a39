"""Loads that fail half way: nothing is half there, and the next run ends like an unbroken one."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed
from dlt.pipeline.pipeline import Pipeline

from ingestion.errors import AuthError, ConfigError, SkvozError, SourceFormatError
from ingestion.sources.vk_ads import daily, days
from ingestion.sources.vk_ads.daily import DailyLoad
from sandbox.running import Services
from sandbox.servers.vk_ads import Restatement
from tests.ingestion.vk_ads.cabinet import (
    SPEND,
    TRUTH,
    asked,
    cabinets_of,
    everything,
    load,
    query,
    settings_for,
    switches,
)
from tests.ingestion.vk_ads.test_load import cause

AGENCY = {"name": "client", "agency_client_id": 2}


class KilledError(BaseException):
    """Stands for the end of the process."""


def test_killed_between_rounds_the_next_run_goes_on(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "ROUND_DAYS", 8)
    unbroken = settings_for(services, tmp_path / "unbroken", "main", AGENCY)
    assert load(unbroken).rounds == 3
    calls = asked(services, "statistics/ad_plans/day")
    settings = settings_for(services, tmp_path / "broken", "main", AGENCY)
    read_days = daily.read_days

    def die_on_the_last_part(items: Any, asked: Any, span: Any, where: str) -> Any:
        if span[1] == date(2026, 10, 31) and "client" in where:
            raise KilledError
        return read_days(items, asked, span, where)

    with monkeypatch.context() as patch:
        patch.setattr(daily, "read_days", die_on_the_last_part)
        with pytest.raises(KilledError):
            load(settings)
    loaded = "select min(spend_on), max(spend_on) from ad_plan_daily"
    assert query(settings, loaded) == [(date(2026, 10, 11), date(2026, 10, 26))]
    spent = asked(services, "statistics/ad_plans/day")
    load(settings)
    assert everything(settings) == everything(unbroken)
    # only the part that was lost is asked for again
    assert asked(services, "statistics/ad_plans/day") == spent + 2
    assert calls == 6


def test_killed_before_the_load_the_next_run_repeats(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    switches(services).restated = {date(2026, 10, 27): Restatement(Decimal("0.5"))}

    def die(*_: Any, **__: Any) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "load", die)
        with pytest.raises(KilledError):
            load(settings, later=3)
    assert query(settings, SPEND) == TRUTH
    load(settings, later=3)
    lowered = [("2026-10-27", 101, Decimal("310.07")), ("2026-10-27", 102, Decimal("15.00"))]
    assert query(settings, SPEND) == [*lowered, *TRUTH[2:]]
    last = "select max(spend_on), count(*) from ad_plan_daily where is_provisional"
    assert query(settings, last) == [(date(2026, 11, 3), 1)]


def spoil(value: Any) -> Callable[[Services], None]:
    def prepare(services: Services) -> None:
        switches(services).spoil = {"spent": value}

    return prepare


def refuse(services: Services) -> None:
    for plan in cabinets_of(services)[0].plans:
        plan.is_answered = False


@pytest.mark.parametrize(
    ("prepare", "kind", "words"),
    [
        (spoil("12к"), SourceFormatError, "object 101, day 2026-10-27"),
        (spoil(None), SourceFormatError, "object 101, day 2026-10-27"),
        (refuse, AuthError, "gives statistics of none of them"),
    ],
)
def test_malformed_statistics_replace_nothing(
    services: Services,
    tmp_path: Path,
    prepare: Callable[[Services], None],
    kind: type[SkvozError],
    words: str,
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    prepare(services)
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    assert words in str(cause(failed.value, kind))
    assert query(settings, SPEND) == TRUTH


@pytest.mark.parametrize(
    ("extra", "complaint"), [({"bonus": 1}, "bonus"), ({"spent": "many"}, "spent")]
)
def test_column_or_type_nobody_declared_stops_the_load(
    services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    extra: dict[str, object],
    complaint: str,
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    row = DailyLoad._row
    with monkeypatch.context() as patch:
        patch.setattr(DailyLoad, "_row", lambda *args: {**row(*args), **extra})
        with pytest.raises(PipelineStepFailed, match=f"(?s){complaint}.*contract_mode=freeze"):
            load(settings)
    assert query(settings, SPEND) == TRUTH


def test_troubles_reach_the_caller_by_name_and_without_secrets(
    services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path, cabinets=[]))
    assert "vk_ads.cabinets" in str(cause(failed.value, ConfigError))
    monkeypatch.setenv("SOURCES__VK_ADS__CLIENT_SECRET", "wrong-secret-of-the-company")
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path))
    assert "client_secret" in str(cause(failed.value, AuthError))
    assert "wrong-secret" not in str(failed.value) + caplog.text
