"""Whole runs into a real DuckDB file: what lands, what a second run changes, what stops a load."""

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingestion.registry import discover
from ingestion.sources.amocrm import SOURCE, build
from ingestion.sources.amocrm.tables import ALL_TABLES
from sandbox.model import CustomField, FieldValue
from tests.ingestion.amocrm.conftest import MakeStand, Stand
from tests.sandbox.small import AS_OF, DELETED_LEAD, moment, small_company

ROWS = {
    "accounts": 1,
    "users": 3,  # the one who left is not listed
    "pipelines": 2,
    "statuses": 10,
    "loss_reasons": 2,
    "custom_fields": 13,
    "leads": 10,
    "contacts": 4,
    "companies": 1,
    "deleted_leads": 1,
    "events": 24,
    "tasks": 3,
    "reconciliations": 0,
    "missing_leads": 0,
}


def snapshot(stand: Stand) -> dict[str, Any]:
    return {table: stand.table(table) for table in ROWS}


def test_first_run_lands_everything_and_a_second_changes_nothing(stand: Stand) -> None:
    stand.faults.minor_units = True
    stand.load()
    assert {table: stand.count(table) for table in ROWS} == ROWS
    before = snapshot(stand)

    row = stand.rows(
        "select price, created_at, main_contact_id, company_id, tags from raw.leads "
        "where lead_id = 1001"
    )[0]
    assert row[0] == Decimal("46333.50")
    assert int(row[1].timestamp()) == moment("2026-09-01 10:00")
    assert row[2:4] == (201, 301)
    assert [tag["name"] for tag in json.loads(row[4])] == ["опт", "постоянный"]
    types = dict(
        stand.rows(
            "select column_name, data_type from information_schema.columns "
            "where table_schema = 'raw_amocrm' and table_name = 'leads'"
        )
    )
    assert types["price"] == "DECIMAL(18,2)"
    assert types["updated_at"] == "TIMESTAMP WITH TIME ZONE"
    assert types["raw_json"] == "VARCHAR"

    assert stand.rows(f"select * from ({SOURCE.problems})") == []

    stand.load()
    after = snapshot(stand)
    assert after == before


@pytest.mark.parametrize("alpha_filter", [True, False])
def test_a_run_without_changes_asks_for_little_and_loads_less(
    stand: Stand, alpha_filter: bool
) -> None:
    stand.faults.alpha_filter = alpha_filter
    stand.load()
    asked = len(stand.services.amocrm.log)
    loaded = stand.at(AS_OF + timedelta(hours=1)).load()
    second = Counter(seen.path for seen in stand.services.amocrm.log[asked:])
    of_cards = {path: second[f"/api/v4/{path}"] for path in ("leads", "contacts", "companies")}
    assert of_cards == {"leads": 2, "contacts": 1, "companies": 1}  # leads: and the basket
    assert (second["/api/v4/events"], second["/api/v4/tasks"], second["/api/v4/account"]) == (
        1,
    ) * 3
    span = next(s.query for s in stand.services.amocrm.log[asked:] if s.path.endswith("/events"))
    assert f"from%5D={moment('2026-10-30 23:30') - 600}&" in span
    # the overlap of ten minutes: the latest edit of each list, read once more
    assert {name: loaded.rows[name] for name in ("leads", "contacts", "companies")} == {
        "leads": 1,
        "contacts": 4,  # edited in one minute, all of them
        "companies": 1,
    }
    assert loaded.rounds == 1


def test_an_empty_account_has_every_table_and_no_rows(make_stand: MakeStand) -> None:
    company = small_company()
    for name in ("users", "pipelines", "loss_reasons", "custom_fields", "leads", "contacts"):
        setattr(company, name, [])
    company.companies, company.events, company.tasks = [], [], []
    stand = make_stand(company)
    stand.load()
    assert {t: stand.count(t) for t in ROWS} == {t: int(t == "accounts") for t in ROWS}
    stand.load()
    assert stand.count("leads") == 0
    company.leads = small_company().leads
    stand.load("leads")
    assert stand.count("leads") == 10


def test_changes_are_merged_and_nested_parts_replaced(stand: Stand) -> None:
    stand.load("leads")
    lead = stand.company.leads[0]
    lead.price, lead.updated_at = Decimal(1), int(AS_OF.timestamp())
    lead.custom_fields = [FieldValue(506, [{"value": "СЧ-новый"}])]
    lead.contact_ids = [203]
    stand.load("leads")
    assert stand.rows("select price, main_contact_id from raw.leads where lead_id = 1001") == [
        (1, 203)
    ]
    (fields,) = stand.rows("select custom_fields_values from raw.leads where lead_id = 1001")[0]
    assert [field["values"] for field in json.loads(fields)] == [[{"value": "СЧ-новый"}]]
    assert stand.count("leads") == 10


def test_a_deleted_deal_keeps_its_row_and_gets_a_tombstone(stand: Stand) -> None:
    stand.load("leads", "deleted_leads")
    lead = next(x for x in stand.company.leads if x.id == 1003)
    lead.is_deleted, lead.updated_at = True, int(AS_OF.timestamp())
    stand.load("leads", "deleted_leads")
    kept = stand.rows("select name, is_deleted, pipeline_id from raw.leads where lead_id = 1003")
    assert kept == [("Сделка 1003", False, 101)]
    deleted = stand.rows("select lead_id, deleted_by from raw.deleted_leads order by 1")
    assert deleted == [(1003, 12), (DELETED_LEAD, 12)]
    lead.is_purged = True
    stand.load("leads", "deleted_leads")
    assert stand.count("deleted_leads") == 2  # a tombstone stays when the basket is emptied


def test_the_basket_is_read_down_to_what_is_known(stand: Stand) -> None:
    for lead in stand.company.leads[:6]:
        lead.is_deleted, lead.updated_at = (
            True,
            moment("2026-10-05 10:00") + (lead.id - 1000) * 86_400,
        )
    stand.faults.page_cap = 2
    stand.load("deleted_leads")
    first = len(stand.asked("leads"))
    assert stand.count("deleted_leads") == 7
    stand.at(AS_OF + timedelta(hours=1)).load("deleted_leads")
    assert len(stand.asked("leads")) == first + 1
    stand.at(AS_OF + timedelta(days=8)).load("deleted_leads")
    assert len(stand.asked("leads")) == first + 1 + first
    assert stand.count("deleted_leads") == 7


def test_stubs_in_the_ordinary_list_touch_no_row(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.load("leads")
    lead = stand.company.leads[0]
    lead.is_deleted, lead.updated_at = True, int(AS_OF.timestamp())
    monkeypatch.setattr("ingestion.sources.amocrm.resources.LEAD_PARTS", "contacts,only_deleted")
    stand.load("leads")
    assert stand.rows("select name from raw.leads where lead_id = 1001") == [("Сделка 1001",)]
    assert stand.count("leads") == 10


def test_who_left_the_company_stays_in_users(stand: Stand) -> None:
    stand.load("users")
    stand.company.users[1].in_account = False
    stand.at(AS_OF + timedelta(days=1)).load("users")
    seen = stand.rows("select user_id, last_seen_at from raw.users order by 1")
    assert [(user, at.day) for user, at in seen] == [(11, 1), (12, 31), (13, 1)]


def test_a_token_of_no_administrator_loads_all_but_users(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    stand.faults.users_forbidden = True
    stand.load("users", "leads")
    assert (stand.count("users"), stand.count("leads")) == (0, 10)
    assert "users are not loaded" in caplog.text


def test_unknown_types_of_fields_pass_and_columns_may_come(stand: Stand) -> None:
    field = CustomField(599, "leads", "Голограмма", "hologram")
    stand.company.custom_fields.append(field)
    stand.company.leads[0].custom_fields = [FieldValue(599, [{"value": {"a": [1]}, "x": 1}])]
    stand.load("leads", "custom_fields")
    assert stand.rows("select type from raw.custom_fields where field_id = 599") == [("hologram",)]
    (fields,) = stand.rows("select custom_fields_values from raw.leads where lead_id = 1001")[0]
    assert json.loads(fields)[0]["values"] == [{"value": {"a": [1]}, "x": 1}]


def test_cursors_come_back_from_the_warehouse(stand: Stand) -> None:
    stand.load("leads", "events")
    folder = stand.settings.data_dir / "dlt"
    folder.rename(folder.with_name("gone"))
    stand.load("leads", "events")
    assert "filter%5Bupdated_at%5D%5Bfrom%5D" in stand.asked("leads")[-1]
    assert f"from%5D={moment('2026-10-30 23:30') - 600}&" in stand.asked("events")[-1]


def test_build_needs_neither_secrets_nor_the_network(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in stand.services.environment():
        monkeypatch.delenv(name)
    source = build(stand.settings)
    assert set(source.resources) == set(ALL_TABLES)
    assert source.schema.name == "amocrm"
    assert stand.services.amocrm.log == []


def test_the_registry_finds_it() -> None:
    assert discover()["amocrm"] is SOURCE


def test_no_secret_is_written_anywhere(stand: Stand) -> None:
    stand.load("accounts", "leads")
    files = [path for path in Path(stand.settings.data_dir).rglob("*") if path.is_file()]
    assert files
    assert not [f for f in files if stand.services.access_token.encode() in f.read_bytes()]
