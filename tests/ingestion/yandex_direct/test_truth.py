"""A simulated company's cabinet, loaded and modelled, against what is true of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from sandbox.company import simulate
from sandbox.feeds.yandex_direct import truth
from sandbox.model import CompanySpec
from sandbox.running import serve
from tests.ingestion.yandex_direct.cabinet import load, settings_for

ROOT = Path(__file__).parents[3]
SPEC = CompanySpec(seed=3, deals=60, months=4)

LINKS = """
    select
        login, campaign_id, ad_group_id, ad_id, utm_source, utm_medium, utm_campaign, utm_content,
        utm_term, lacks_utm_source
    from {table} order by ad_id
"""
COSTS = """
    select
        cabinet, campaign_id, spend_on, sum(cost_gross),
        coalesce(sum(cost_gross) filter (bucket = 'ad'), 0),
        coalesce(sum(cost_gross) filter (bucket = 'no_ad'), 0),
        coalesce(sum(cost_gross) filter (bucket = 'not_in_ad_detail'), 0)
    from marts.rpt_spend_by_ad group by all order by all
"""
TRUE_COSTS = """
    select
        login, campaign_id::varchar, spend_on, cost_gross, under_ads, under_no_ad, not_in_ad_detail
    from direct_ad_costs order by all
"""


def build_models(settings: Settings) -> None:
    process = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("dbt")), "build", "--profiles-dir", "."),
            *("--exclude-resource-type", "unit_test"),
            *("--select", "+rpt_spend_by_ad", "--exclude", "assert_spend_reconciles", "--vars"),
            json.dumps({"enabled_sources": ["raw_yandex_direct"]}),
        ],
        cwd=ROOT / "dbt_project",
        env=os.environ
        | {
            "SKVOZ_WAREHOUSE": str(settings.warehouse_path),
            "DBT_TARGET_PATH": str(settings.data_dir / "target"),
            "DBT_LOG_PATH": str(settings.data_dir / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout


@pytest.mark.e2e
def test_links_and_costs_of_every_ad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = simulate(SPEC)
    monkeypatch.chdir(ROOT)
    with serve(company, feeds=("yandex_direct",)) as services:
        monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", services.direct_token)
        services.faults.direct_queue_polls = 1
        settings = settings_for(services, tmp_path, "demo-direct", history_months=5)
        assert load(settings).rounds == 2
    build_models(settings)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        for name, table in truth(company).items():
            con.register(name, table)
        true_links = con.execute(LINKS.format(table="direct_ad_links")).fetchall()
        links = LINKS.format(table="intermediate.int_money__direct_ad_links")
        assert con.execute(links).fetchall() == true_links
        assert len({row[-1] for row in true_links}) == 2  # some lack their source
        true_costs = con.execute(TRUE_COSTS).fetchall()
        assert con.execute(COSTS).fetchall() == true_costs
        assert any(row[-1] for row in true_costs)
