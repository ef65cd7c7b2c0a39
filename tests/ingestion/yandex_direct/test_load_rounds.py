"""A load killed half way, and the run after it: what is committed stays, nothing is holed."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import SourceFormatError
from ingestion.settings import Settings
from ingestion.sources.yandex_direct import resources
from ingestion.sources.yandex_direct.daily import read_report
from sandbox.faults import Rewrite
from sandbox.model import Campaign, SpendDay
from sandbox.running import Services
from tests.ingestion.yandex_direct.cabinet import (
    AS_OF,
    SPEND,
    TRUTH,
    cause,
    load,
    query,
    settings_for,
)
from tests.sandbox.small import LOGIN

REPORTS = "/json/v5/reports"
DAYS = "select count(distinct spend_on), min(spend_on), max(spend_on) from campaign_daily"
EVERYTHING = """
    select * exclude (_dlt_id, _dlt_load_id) from campaign_daily union all by name
    select * exclude (_dlt_id, _dlt_load_id) from ad_daily order by all
"""


def fail_from(monkeypatch: pytest.MonkeyPatch, first: date) -> None:
    def broken(text: bytes, kind: Any, span: tuple[date, date], *more: Any) -> Any:
        if span[0] >= first:
            raise SourceFormatError("this report is broken")
        return read_report(text, kind, span, *more)

    monkeypatch.setattr(resources, "read_report", broken)


def test_failed_run_does_not_move_the_cursor(
    services: Services, loaded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = AS_OF + timedelta(days=20)
    services.company.spend.append(SpendDay(700001, date(2026, 11, 2), 5, 1, Decimal("7.00")))
    with monkeypatch.context() as patch:
        fail_from(patch, date(2026, 11, 1))
        with pytest.raises(PipelineStepFailed):
            load(loaded, as_of=later)
    assert query(loaded, DAYS) == [(61, date(2026, 9, 1), date(2026, 10, 31))]
    load(loaded, as_of=later)
    assert query(loaded, SPEND) == [*TRUTH, ("2026-11-02", 700001, 7_000_000)]
    assert query(loaded, DAYS) == [(81, date(2026, 9, 1), date(2026, 11, 20))]


def test_failed_run_asks_again_what_had_changed(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.company.spend.append(SpendDay(700001, date(2026, 9, 5), 90, 9, Decimal("99.00")))
    settings = settings_for(services, tmp_path)
    load(settings)
    services.faults.direct_rewritten = {date(2026, 9, 5): Rewrite(Decimal("0.5"), drop=0)}
    with monkeypatch.context() as patch:
        fail_from(patch, date(2026, 10, 1))
        with pytest.raises(PipelineStepFailed):
            load(settings)
    load(settings)
    september = "select cost_micros from campaign_daily where spend_on = '2026-09-05'"
    assert query(settings, september) == [(49_500_000,)]


def test_long_history_is_committed_in_rounds_and_goes_on_where_it_was_cut(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = settings_for(services, tmp_path / "whole", history_months=10)
    assert load(whole).rounds == 4
    in_one_go = services.requests["POST", REPORTS]
    cut = settings_for(services, tmp_path / "cut", history_months=10)
    with monkeypatch.context() as patch:
        fail_from(patch, date(2026, 8, 1))
        with pytest.raises(PipelineStepFailed) as failed:
            load(cut)
    assert "this report is broken" in str(cause(failed.value, SourceFormatError))
    assert query(cut, DAYS) == [(182, date(2025, 12, 1), date(2026, 5, 31))]
    before = services.requests["POST", REPORTS]
    load(cut)
    assert query(cut, EVERYTHING) == query(whole, EVERYTHING)
    assert services.requests["POST", REPORTS] - before == in_one_go - 2 * 6


def test_later_rounds_leave_the_finished_cabinets_alone(services: Services, tmp_path: Path) -> None:
    months = 4
    load(settings_for(services, tmp_path, history_months=months))
    services.company.campaigns.append(Campaign(800001, "Вторая", login="second"))
    asked = services.requests["POST", REPORTS]
    settings = settings_for(services, tmp_path, LOGIN, "second", history_months=months)
    assert load(settings).rounds == 2
    # of both tables: the last days of the old cabinet once, five months of the new one
    assert services.requests["POST", REPORTS] - asked == 2 * (1 + 5)
