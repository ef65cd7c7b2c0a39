"""What Dagster is given: keys that join across the three tools, jobs, schedules, checks."""

from pathlib import Path

import dagster as dg
import pytest

from expectations.rule import discover as discover_rules
from ingestion.registry import discover, enabled
from ingestion.settings import Settings, read_company_config
from orchestration.definitions import build_definitions
from tests.workplace import Workplace


@pytest.fixture(scope="module")
def settings(finished: Workplace) -> Settings:
    config = finished.folder / "company.toml"
    return Settings(finished.folder, config, read_company_config(config))


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    return build_definitions(settings)


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions):
    return definitions.resolve_asset_graph()


def test_lineage_runs_from_a_source_to_the_report(graph) -> None:
    report = dg.AssetKey(["report", "owner"])
    upstream = {report}
    frontier = [report]
    while frontier:
        parents = graph.get(frontier.pop()).parent_keys - upstream
        upstream |= parents
        frontier.extend(parents)
    names = {key.to_user_string() for key in upstream}
    assert {
        "raw_amocrm/leads",
        "raw_amocrm/events",
        "raw_yandex_direct/campaign_daily",
        "raw_bank_1c/documents",
        "marts/fct_deals",
        "marts/fct_spend",
        "quality/findings",
        "published/marts",
    } <= names


def test_no_asset_depends_on_something_nobody_makes(graph, settings) -> None:
    # what is off is read as an empty relation, which its absent source need not make
    external = {key.path[0] for key in graph.external_asset_keys}
    assert external == {f"raw_{name}" for name in discover().keys() - enabled(settings).keys()}


def test_every_resource_of_every_source_is_an_asset_with_freshness(graph, settings) -> None:
    for name, spec in enabled(settings).items():
        for resource in spec.build(settings).selected_resources:
            node = graph.get(dg.AssetKey([f"raw_{name}", resource]))
            assert node.is_materializable
            assert node.freshness_policy is not None, resource


def test_every_rule_is_a_check(definitions: dg.Definitions) -> None:
    checks = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert {rule.id for rule in discover_rules()} <= checks


def test_jobs_and_schedules_in_the_accounts_zone(definitions: dg.Definitions) -> None:
    schedules = {schedule.name: schedule for schedule in definitions.schedules or ()}
    assert set(schedules) == {"daily", "hourly_crm"}
    assert {schedule.execution_timezone for schedule in schedules.values()} == {"Europe/Moscow"}
    assert all(
        schedule.default_status is dg.DefaultScheduleStatus.RUNNING
        for schedule in schedules.values()
    )
    hourly = definitions.resolve_job_def("hourly_crm")
    keys = {key.to_user_string() for key in hourly.asset_layer.executable_asset_keys}
    assert "raw_amocrm/leads" in keys
    assert "report/owner" in keys
    assert not any(key.startswith(("raw_yandex", "raw_bank")) for key in keys)


def test_every_step_that_touches_the_warehouse_is_in_its_pool(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("daily")
    pools = {node.name: node.definition.pools for node in job.nodes}
    assert pools
    assert all(pool == {"duckdb"} for pool in pools.values()), pools
    resources = {node.name: node.definition.required_resource_keys for node in job.nodes}
    assert all("warehouse" in keys for keys in resources.values()), resources


def test_a_replay_of_the_past_schedules_nothing(settings: Settings) -> None:
    from dataclasses import replace
    from datetime import UTC, datetime

    past = replace(settings, as_of=datetime(2026, 10, 31, 20, tzinfo=UTC))
    definitions = build_definitions(past)
    assert all(
        schedule.default_status is dg.DefaultScheduleStatus.STOPPED
        for schedule in definitions.schedules or ()
    )


def test_a_source_that_is_off_costs_no_asset(settings: Settings, tmp_path: Path) -> None:
    text = settings.config_path.read_text(encoding="utf-8")
    only_bank = tmp_path / "company.toml"
    head, _, bank = text.partition("[sources.bank_1c]")
    only_bank.write_text(
        head.replace("enabled = true", "enabled = false") + "[sources.bank_1c]" + bank
    )
    definitions = build_definitions(Settings(tmp_path, only_bank, read_company_config(only_bank)))
    assert {job.name for job in definitions.jobs or ()} == {"daily", "rebuild"}
    keys = {key.path[0] for key in definitions.resolve_asset_graph().materializable_asset_keys}
    assert "raw_bank_1c" in keys
    assert not {"raw_amocrm", "raw_yandex_direct"} & keys
