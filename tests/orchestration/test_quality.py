"""The asset that judges: what a run leaves behind, and what it leaves alone when a rule crashes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingestion.settings import Settings, read_company_config
from orchestration.assets import quality
from orchestration.resources import Warehouse
from tests.expectations.conftest import DEALS, FRAME_DDL, RULES, insert_deal, make_rule

NEEDS_MONEY = make_rule(id="needs_money", column="has_price", needs=("money",))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = tmp_path / "company.toml"
    config.write_text(
        '[company]\nname = "X"\n'
        '[sources.amocrm]\nenabled = true\nbase_url = "https://example.amocrm.ru"\n'
    )
    cut = datetime(2026, 10, 31, 22, tzinfo=UTC)  # the next day already, in Moscow
    settings = Settings(tmp_path, config, read_company_config(config), as_of=cut)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute(FRAME_DDL)
        for deal in DEALS:
            insert_deal(con, deal)
    return settings


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "discover", lambda: (*RULES.values(), NEEDS_MONEY))


def run(settings: Settings) -> dg.ExecuteInProcessResult:
    path, state = str(settings.warehouse_path), str(settings.state_dir)
    held = Warehouse(path=path, state_dir=state, min_free_mb=1, lock_wait_seconds=1)
    asset = quality.build_findings_asset(settings)
    return dg.materialize([asset], resources={"warehouse": held}, raise_on_error=False)


def test_a_run_leaves_findings_rules_scores_headlines_and_data_docs(settings: Settings) -> None:
    finished = run(settings)
    assert finished.success  # breaches are news and stop nothing
    checks = {check.check_name: check for check in finished.get_asset_check_evaluations()}
    assert checks.keys() == RULES.keys()  # no source of money is on
    no_source = checks["no_source"]
    assert not no_source.passed
    assert no_source.severity is dg.AssetCheckSeverity.ERROR
    told = {name: value.value for name, value in no_source.metadata.items()}
    assert (told["checked"], told["failing"], told["money_at_stake"]) == (6, 3, "7.37")
    samples = json.loads(str(told["samples"]))
    assert [sample["deal_id"] for sample in samples] == ["2", "3", "8"]
    assert (settings.reports_dir / "data_docs" / "index.html").exists()
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        assert con.execute("select count(*) from quality.findings").fetchall() == [(7,)]
        run_ids = "select rule_id from quality.rules where not is_run"
        assert con.execute(run_ids).fetchall() == [("needs_money",)]
        days = "select distinct {} from quality.{}"
        for day, table in (("scored_on", "discipline_scores"), ("told_on", "headline_history")):
            (found,) = con.execute(days.format(day, table)).fetchall()
            assert str(found[0]) == "2026-11-01"  # the account's day


def test_a_crash_fails_the_step_and_writes_nothing(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("alter table quality.fct_deal_discipline drop column has_price")
    finished = run(settings)
    assert not finished.success
    (failure,) = [e for e in finished.all_events if e.is_step_failure]
    assert "no_price" in str(failure.step_failure_data.user_failure_data)
    assert not (settings.reports_dir / "data_docs").exists()
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        assert con.execute("from duckdb_tables() where table_name = 'findings'").fetchall() == []
