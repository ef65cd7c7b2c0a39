"""Which load brought a record: the row says it, else the moment at which it was read."""

from datetime import date, datetime

import duckdb
import pytest

from tests.dbt import raw_fixture
from tests.dbt.conftest import run_dbt
from tests.dbt.raw_fixture import at, insert

MODEL = "int_provenance__records"
PARENTS = (
    "stg_spend_files__days stg_spend_files__rows stg_spend_files__files"
    " utm_source_aliases utm_medium_aliases"
)


def naive(text: str) -> datetime:
    """As the models keep a moment: UTC without saying so."""
    return at(text).replace(tzinfo=None)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[object, ...]]:
    """Load, rule, table and moment by record id."""
    folder = tmp_path_factory.mktemp("provenance")
    path = folder / "warehouse.duckdb"
    raw_fixture.create_raw_tables(path)
    with duckdb.connect(str(path)) as connection:
        for schema in ("raw_amocrm", "raw_yandex_direct", "raw_tbank"):
            connection.execute(
                f"""create table {schema}._dlt_loads
                    (load_id text, status bigint, inserted_at timestamptz)"""
            )
        for table in ("raw_yandex_direct.campaign_daily", "raw_tbank.operations"):
            connection.execute(f"alter table {table} add column _dlt_load_id text")
    for load, ended in {"1.5": "2026-03-01 06:00", "2.5": "2026-03-02 06:00"}.items():
        row = {"load_id": load, "status": 0, "inserted_at": at(ended)}
        insert(path, "raw_amocrm._dlt_loads", [row])
        insert(path, "raw_yandex_direct._dlt_loads", [row])
        insert(path, "raw_tbank._dlt_loads", [row])
    insert(path, "raw_amocrm._dlt_loads", [{"load_id": "9.5", "status": 1}])
    # taken as a whole table: no load of their own
    for lead, seen in {1: "2026-03-01 05:59", 2: "2026-03-01 06:01", 3: "2026-03-02 07:00"}.items():
        lead_row = {"account_id": 100, "lead_id": lead, "last_seen_at": at(seen)}
        insert(path, "raw_amocrm.leads", [lead_row])
    day = {"login": "a", "spend_on": date(2026, 2, 1), "is_empty_day": False}
    insert(
        path,
        "raw_yandex_direct.campaign_daily",
        [
            day | {"campaign_id": 7, "_dlt_load_id": "2.5", "requested_at": at("2026-03-01 05:00")},
            day | {"campaign_id": None, "_dlt_load_id": "1.5"},
        ],
    )
    operation = {
        "operation_key": "k",
        "operation_status": "Transaction",
        "is_empty_day": False,
        "account_number": "1",
    }
    insert(
        path,
        "raw_tbank.operations",
        [
            operation | {"_dlt_load_id": "1.5", "requested_at": at("2026-03-01 05:00")},
            operation | {"_dlt_load_id": "2.5", "requested_at": at("2026-03-02 05:00")},
        ],
    )
    # a schema that dlt did not write knows no loads
    insert(path, "raw_bank_1c.documents", [{"document_key": "d", "file_name": "f"}])
    only = ["--resource-type", "seed", "--resource-type", "model"]
    run_dbt(path, folder, "build", "--select", f"{MODEL} {PARENTS}", *only)
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            f"select record_id, load_id, load_rule, raw_table, loaded_at from intermediate.{MODEL}"
        ).fetchall()
    assert len(rows) == len({row[0] for row in rows})
    return {str(row[0]): row[1:] for row in rows}


def test_a_row_that_names_its_load_is_believed(records: dict[str, tuple[object, ...]]) -> None:
    assert records["a|7|2026-02-01"] == (
        *("2.5", "row", "raw_yandex_direct.campaign_daily"),
        naive("2026-03-02 06:00"),
    )
    assert records["a|--|2026-02-01"][:2] == ("1.5", "row")


def test_of_a_record_loaded_twice_the_row_that_staging_keeps_counts(
    records: dict[str, tuple[object, ...]],
) -> None:
    assert records["k"][:2] == ("2.5", "row")


def test_a_row_without_a_load_belongs_to_the_first_that_ended_after_it_was_read(
    records: dict[str, tuple[object, ...]],
) -> None:
    assert records["1"] == ("1.5", "time", "raw_amocrm.leads", naive("2026-03-01 06:00"))
    assert records["2"][:2] == ("2.5", "time")
    assert records["3"] == (None, None, "raw_amocrm.leads", None)


def test_what_something_else_than_dlt_filled_has_no_load(
    records: dict[str, tuple[object, ...]],
) -> None:
    assert records["d"] == (None, None, "raw_bank_1c.documents", None)
