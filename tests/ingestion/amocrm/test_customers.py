"""Customers: where they are off nothing fails, where they are on they land."""

from decimal import Decimal

import pytest

from sandbox.servers.amocrm.switches import CrmSwitches
from tests.ingestion.amocrm.conftest import MakeStand
from tests.ingestion.amocrm.reading import Reading, reading
from tests.sandbox import small_records as known

__all__ = ["reading"]

TABLES = ("customers", "customer_statuses", "transactions")


def test_an_account_without_customers_is_not_asked_for_them(reading: Reading) -> None:
    found = reading.run(*TABLES, "notes", "tags")
    assert [found[table] for table in TABLES] == [[], [], []]
    assert not [seen for seen in reading.stand.services.amocrm.log if "/customers" in seen.path]


@pytest.mark.parametrize("status", [402, 422, 425, 426])
def test_a_feature_that_is_off_after_all_is_said_and_fails_nothing(
    reading: Reading, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    reading.crm.customers_mode = "segments"  # which has no statuses
    reading.stand.faults.of(CrmSwitches).customers_off_status = status
    caplog.set_level("INFO", "ingestion")
    assert reading.run("customer_statuses") == {"customer_statuses": []}
    assert f"customers/statuses: switched off ({status})" in caplog.text


def test_customers_their_statuses_and_purchases_land(make_stand: MakeStand) -> None:
    stand = make_stand(known.company_with_records())
    stand.load(*TABLES)
    assert [stand.count(table) for table in TABLES] == [0, 0, 0]
    stand.faults.minor_units = True
    known.switch_customers_on(stand.company)
    stand.load(*TABLES, "notes", "tags")
    assert stand.rows(
        "select customer_id, name, next_price, ltv, status_id, main_contact_id, tags::text, "
        "account_id from raw.customers order by 1"
    ) == [
        (601, "Пётр", Decimal("1500.50"), Decimal(90000), 501, 201, '["вип"]', 777),
        (602, "Мария", Decimal(0), Decimal(0), 502, None, "[]", 777),
    ]
    assert stand.rows("select status_id, name from raw.customer_statuses order by 1") == [
        (501, "Недавно купил"),
        (502, "Пора"),
    ]
    assert stand.rows("select transaction_id, customer_id, price from raw.transactions") == [
        (611, 601, Decimal(90000))
    ]
    assert stand.count("notes where entity_type = 'customers'") == 1
    assert stand.count("tags where entity_type = 'customers'") == 1


def test_a_changed_customer_is_told_anew(reading: Reading) -> None:
    known.switch_customers_on(reading.stand.company)
    reading.run(*TABLES)
    reading.crm.customers[0].ltv = 1
    reading.crm.transactions[0].is_deleted = True
    found = reading.run(*TABLES)
    assert [row["ltv"] for row in found["customers"]] == [1, 0]
    assert [row["is_deleted"] for row in found["transactions"]] == [True]
