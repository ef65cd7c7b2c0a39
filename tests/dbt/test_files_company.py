"""A company that runs on files alone has the marts of one that runs on its CRM.

The demo company is exported as files of another CRM, loaded, built, and compared with its truth.
"""

from pathlib import Path
from typing import Any

import pytest

from expectations.rule import discover
from ingestion.pipeline import load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources.files import SOURCE
from orchestration.assets.quality import build_findings_asset
from sandbox.company import simulate
from sandbox.feeds.files import FEED, write_export
from sandbox.model import Company, CompanySpec
from sandbox.simulation import source_truth
from tests.dbt import hand_made_company, raw_fixture
from tests.dbt.conftest import Warehouse, run_dbt

SPEC = CompanySpec(seed=5, deals=90, months=3)
MODELS = ("+path:models/marts", "path:models/staging/files", "+path:models/intermediate/crm")


@pytest.fixture(scope="module")
def simulated() -> Company:
    return simulate(SPEC)


def build_on_files(company: Company, folder: Path, prefix: str = "", *feeds: str) -> Warehouse:
    """The company's export loaded, and the marts built with all of their tests."""
    section: dict[str, Any] = {"enabled": True} | ({"feeds": feeds} if feeds else {})
    config = check_company_config({"company": {"name": "Кухни"}, "sources": {"files": section}})
    settings = Settings(folder, folder / "company.toml", config, as_of=company.spec.as_of)
    write_export(company, settings.inbox_dir, prefix)
    load_source(SOURCE, settings)
    assert SOURCE.dbt_vars is not None
    log = run_dbt(
        settings.warehouse_path,
        folder,
        *("build", "--exclude-resource-type", "unit_test", "--select", *MODELS),
        as_of=company.spec.as_of.isoformat(),
        enabled_sources=["raw_files"],
        **SOURCE.dbt_vars(settings),
    )
    return Warehouse(settings.warehouse_path, log)


@pytest.fixture(scope="module")
def on_files(simulated: Company, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return build_on_files(simulated, tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def live(simulated: Company) -> dict[int, dict[str, Any]]:
    """The truth of the deals that were exported and of their sources, by id."""
    told = source_truth.truth(simulated, {"files"})["deal_sources"].to_pylist()
    deals = {row["deal_id"]: row for row in simulated.truth["deals"] if not row["is_deleted"]}
    return {row["deal_id"]: deals[row["deal_id"]] | row for row in told}


def names(company: Company) -> dict[tuple[int, int], tuple[str, str]]:
    """Pipeline and stage as files call them, by amoCRM's ids."""
    return {
        (pipeline.id, status.id): (pipeline.name, status.name)
        for pipeline in company.pipelines
        for status in pipeline.statuses
    }


def test_deals_are_those_of_the_truth(
    on_files: Warehouse, simulated: Company, live: dict[int, dict[str, Any]]
) -> None:
    pipelines = {pipeline.id: pipeline.name for pipeline in simulated.pipelines}
    expected = sorted(
        (
            row["deal_id"],
            str(row["deal_id"]),
            pipelines[row["pipeline_id"]],
            row["status"],
            row["price"],
            row["channel"],
            # a flat row shows the contact's tags as the deal's
            row["source_rule"].replace("contact_utm", "deal_utm"),
            row["utm_source"],
            row["utm_medium"],
            row["utm_campaign"],
        )
        for row in live.values()
    )
    assert expected
    assert (
        on_files.rows(
            """select deal_id, source_deal_id, pipeline_name, status, price, channel, source_rule,
                utm_source, utm_medium, utm_campaign
            from marts.fct_deals order by deal_id"""
        )
        == expected
    )
    assert on_files.rows("select distinct account_id, deal_url from marts.fct_deals") == [(0, None)]
    cards = [lead for lead in simulated.leads if lead.id in live]
    known = [
        sum(bool(lead.contact_ids) for lead in cards),
        sum(bool(lead.responsible_user_id) for lead in cards),
    ]
    assert on_files.rows(
        """select count(*), count(contact_id), count(responsible_name), count(cogs)
        from marts.fct_deals"""
    ) == [(len(live), *known, 0)]


def test_leads_by_day_and_source_are_those_of_the_truth(
    on_files: Warehouse, live: dict[int, dict[str, Any]]
) -> None:
    counted: dict[tuple[Any, ...], int] = {}
    for row in live.values():
        day = on_files_day(row["created_at"])
        key = (day, row["channel"], row["utm_source"] or "")
        counted[key] = counted.get(key, 0) + 1
    assert on_files.rows(
        """select created_on, channel, coalesce(utm_source, ''), sum(leads)::bigint
        from marts.rpt_leads_by_source group by all order by all"""
    ) == sorted((*key, leads) for key, leads in counted.items())


def on_files_day(moment: Any) -> Any:
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(SPEC.timezone)).date()


def test_stays_have_the_stages_and_times_of_the_truth(
    on_files: Warehouse, simulated: Company, live: dict[int, dict[str, Any]]
) -> None:
    stage_names = names(simulated)
    observable = [
        row
        for row in simulated.truth["stage_visits"]
        if row["is_observable"] and row["deal_id"] in live
    ]
    expected = sorted(
        (
            row["deal_id"],
            row["visit_number"],
            stage_names.get((row["pipeline_id"], row["stage_id"]), ("", f"Этап {row['stage_id']}"))[
                1
            ],
            row["entered_at"].replace(tzinfo=None),
            row["left_at"].replace(tzinfo=None) if row["left_at"] else None,
        )
        for row in observable
    )
    found = on_files.rows(
        """select deal_id, visit_number, stage_name, entered_at, left_at
        from marts.fct_deal_stage_visits order by all"""
    )
    known = {row["deal_id"] for row in observable}
    assert [row for row in found if row[0] in known] == sorted(expected)
    # imported deals have no history: one stay, and it says so
    others = {row[0] for row in found} - known
    assert others
    assert set(
        on_files.rows(
            f"""select distinct visit_number, repair from marts.fct_deal_stage_visits
            where deal_id in ({", ".join(map(str, others))})"""
        )
    ) == {(1, "no_events")}


def test_stages_keep_the_listed_order(on_files: Warehouse, simulated: Company) -> None:
    for pipeline in simulated.pipelines:
        listed = [
            status.name
            for status in sorted(pipeline.statuses, key=lambda status: status.sort)
            if status.is_listed
        ]
        found = on_files.rows(
            f"""select stage_name from intermediate.int_funnel__stages
            where pipeline_name = '{pipeline.name}' and is_listed order by stage_order"""
        )
        assert [name for (name,) in found] == listed
    # of the pipeline that was deleted nobody lists the stages
    assert on_files.rows(
        """select distinct pipeline_name like 'Воронка %', is_order_derived
        from marts.rpt_stage_conversion order by all"""
    ) == [(False, False), (True, True)]


def test_payments_and_their_deals_are_those_of_the_truth(
    on_files: Warehouse, simulated: Company
) -> None:
    paid = [
        row
        for row in simulated.truth["payments"]
        if row["payment_class"] in ("customer_payment", "customer_refund")
    ]
    assert on_files.rows(
        "select booked_on, payment_class, amount from marts.fct_payments order by all"
    ) == sorted((row["booked_on"], row["payment_class"], row["amount"]) for row in paid)
    assert on_files.rows(
        "select deal_id, amount from marts.fct_payment_allocations order by all"
    ) == sorted((row["deal_id"], row["amount"]) for row in paid if row["deal_id"])


def test_breaches_of_discipline_are_those_of_the_truth(
    on_files: Warehouse, simulated: Company
) -> None:
    judged = {
        "deal_no_source": "not has_source and (is_won or is_paid)",
        "won_no_price": "not has_price and is_won",
        "won_no_payment_date": "not has_payment_date and is_won",
    }
    for rule, condition in judged.items():
        planted = sorted(
            row["deal_id"] for row in simulated.truth["defects"] if row["rule_id"] == rule
        )
        assert planted, rule
        found = on_files.rows(
            f"select deal_id from quality.fct_deal_discipline where {condition} order by 1"
        )
        assert [deal for (deal,) in found] == planted, rule


def test_what_files_do_not_tell_is_nobodys_breach(on_files: Warehouse) -> None:
    # who still works there, what prices and deadlines were before, what was said to the client
    untold = (
        *("is_responsible_dismissed", "is_price_cut_before_win", "is_price_changed_after_win"),
        *("is_task_postponed", "is_won_without_work", "is_lost_client_wrote"),
    )
    flags = ", ".join(f"bool_or({flag})" for flag in untold)
    assert on_files.rows(f"select {flags} from quality.fct_deal_discipline") == [
        (False,) * len(untold)
    ]
    without_task, overdue, working = on_files.rows(
        """select count(*) filter (where is_without_task), count(*) filter (where is_task_overdue),
            count(*) from quality.fct_deal_discipline where is_working"""
    )[0]
    assert without_task
    assert overdue
    assert without_task + overdue < working


def test_rules_of_discipline_run_without_amocrm(tmp_path: Path) -> None:
    def rules(**feeds: Any) -> set[str]:
        company = {"company": {"name": "Кухни"}, "sources": feeds}
        settings = Settings(tmp_path, tmp_path / "company.toml", check_company_config(company))
        return {check.name for check in build_findings_asset(settings).check_specs}

    def that_need_no_more_than(*kinds: str) -> set[str]:
        return {rule.id for rule in discover() if set(rule.needs) <= set(kinds)}

    without_spend = rules(files={"enabled": True})
    assert without_spend == that_need_no_more_than("deals", "money", "inquiries")
    assert "deal_no_source" in without_spend
    assert "campaign_untagged" not in without_spend
    without_deals = rules(bank_1c={"enabled": True})
    assert without_deals == that_need_no_more_than("money")
    assert "bank_totals_untied" in without_deals
    assert "payment_no_deal" not in without_deals


def test_cells_planted_to_be_set_aside_are_and_nothing_else(
    on_files: Warehouse, simulated: Company
) -> None:
    planted = FEED.truth(simulated)["files_defects"].to_pylist()
    assert on_files.rows(
        "select feed, file_name, row_number, column_name from raw_files.quarantine order by all"
    ) == sorted(tuple(row.values()) for row in planted)


def test_feeds_that_no_mart_uses_yet_are_staged(on_files: Warehouse) -> None:
    for model in ("stg_files__touches", "stg_files__inquiries", "stg_files__tasks"):
        assert on_files.value(f"select count(*) from staging.{model}") > 0, model
    assert on_files.rows(
        """select count(*) from intermediate.int_crm__tasks as tasks
        anti join marts.fct_deals using (account_id, deal_id)"""
    ) == [(0,)]


def test_ids_of_letters_change_nothing_but_the_ids(
    on_files: Warehouse, simulated: Company, tmp_path: Path
) -> None:
    lettered = build_on_files(simulated, tmp_path, "D-")
    same = """select {id}, channel, status, paid_amount, created_on, closed_on, stage_name
        from marts.fct_deals order by all"""
    assert lettered.rows(same.format(id="source_deal_id")) == on_files.rows(
        same.format(id="'D-' || source_deal_id")
    )
    assert lettered.rows(
        "select count(distinct deal_id), min(deal_id) > 1000000000000 from marts.fct_deals"
    ) == [(on_files.value("select count(*) from marts.fct_deals"), True)]
    stays = """select {id}, visit_number, visits.stage_id, entered_at
        from marts.fct_deal_stage_visits as visits
        join marts.fct_deals using (account_id, deal_id) order by all"""
    assert lettered.rows(stays.format(id="source_deal_id")) == on_files.rows(
        stays.format(id="'D-' || source_deal_id")
    )


@pytest.fixture(scope="module")
def deals_only(simulated: Company, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("deals")
    return build_on_files(simulated, folder, "", "deals")


def test_deals_alone_are_enough_and_say_what_they_do_not_know(
    deals_only: Warehouse, on_files: Warehouse
) -> None:
    same = "select deal_id, status, price, channel from marts.fct_deals order by deal_id"
    assert deals_only.rows(same) == on_files.rows(same)
    assert deals_only.rows(
        "select distinct visit_number, repair from marts.fct_deal_stage_visits order by all"
    ) == [(1, "no_events")]
    assert deals_only.rows(
        "select distinct is_order_derived from marts.rpt_stage_conversion where pipeline_id <> 0"
    ) == [(True,)]
    # nobody was asked about money
    assert deals_only.rows(
        """select distinct paid_amount, revenue from marts.fct_deals
        cross join marts.rpt_revenue_by_channel"""
    ) == [(None, None)]
    assert deals_only.value("select sum(leads) from marts.rpt_revenue_by_channel") == len(
        on_files.rows(same)
    )


def test_files_stand_beside_amocrm_under_an_account_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    hand_made_company.fill(path)
    moment = raw_fixture.at("2026-02-01 10:00")
    insert = {"row_order": 1, "created_at": moment, "loaded_at": moment}
    raw_fixture.insert(
        path,
        "raw_files.deals",
        [insert | {"row_key": "1", "deal_id": "1", "name": "Из файла", "status": "won"}],
    )
    log = run_dbt(
        *(path, tmp_path, "build", "--exclude-resource-type", "unit_test", "--select", *MODELS)
    )
    both = Warehouse(path, log)
    assert both.rows(
        """select account_id, count(*), min(deal_name) filter (where deal_id = 1),
            count(deal_url) from marts.fct_deals group by all order by 1"""
    ) == [(0, 1, "Из файла", 0), (100, 15, "Сделка 1", 15)]
    assert both.rows(
        """select stage_name, status, pipeline_name from marts.fct_deals where account_id = 0"""
    ) == [("Выиграна", "won", "Сделки")]
    # money and spend belong to the CRM's own account
    assert both.rows("select distinct account_id from marts.fct_payments") == [(100,)]
