"""Tags, catalogues and invoices: whole lists."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from ingestion.guards import VolumeDropError
from sandbox.simulation.crm_model import Element
from tests.ingestion.amocrm.conftest import MakeStand
from tests.ingestion.amocrm.reading import Reading, reading, refuse_as_amocrm_does
from tests.sandbox import small_records as known
from tests.sandbox.small import AS_OF, moment

__all__ = ["reading"]

LATER = AS_OF + timedelta(hours=1)
LIST = f"catalog_{known.INVOICES}"


def test_invoices_tags_and_links_land(make_stand: MakeStand) -> None:
    stand = make_stand(known.company_with_records())
    stand.load("leads", "tags", "catalogs", "catalog_elements", "invoices")
    assert stand.rows(
        "select invoice_id, status, status_text, price, epoch(payment_date)::bigint, "
        "payer_vat_id, payer_kpp, is_deleted, items[0].quantity::bigint "
        "from raw.invoices order by 1"
    ) == [
        (known.PAID, "paid", "Оплачен", Decimal("46333.50"), moment("2026-09-19 00:00"),
         "7700000016", "770001001", False, 2),
        (known.RENAMED, "partially_paid", "Частично  Оплачён", Decimal("90000.00"), None,
         None, None, False, None),
        (known.OWN_STATUS, None, "Ждём директора", None, None, None, None, True, None),
    ]  # fmt: skip
    assert stand.rows("select catalog_id, type from raw.catalogs order by 1") == [
        (known.INVOICES, "invoices"),
        (known.PRODUCTS, "products"),
    ]
    assert stand.rows("select element_id, name from raw.catalog_elements") == [(8_011, "Окно")]
    assert stand.rows("select entity_type, tag_id, name, color from raw.tags order by 1, 2") == [
        ("contacts", 9001, "партнёр", None),
        ("leads", 9001, "опт", "FFFF00"),
        ("leads", 9002, "постоянный", None),
    ]
    links = "select lead_id, catalog_elements from raw.leads where len(catalog_elements) > 2"
    found = stand.rows(f"{links} order by 1")
    assert [lead_id for lead_id, _ in found] == [1001, 1007]
    assert '"catalog_id":801' in found[0][1]


def test_a_restated_invoice_replaces_what_was_said_and_a_vanished_one_stays(
    make_stand: MakeStand,
) -> None:
    stand = make_stand(known.company_with_records())
    stand.load("invoices", "listings")
    assert stand.company.crm is not None
    paid, vanished, _, _ = stand.company.crm.elements
    assert paid.fields is not None
    paid.fields[0]["values"] = [{"value": "Создан", "enum_id": 2, "enum_code": "created"}]
    paid.fields[1]["values"] = [{"value": "100"}]
    stand.company.crm.elements.remove(vanished)
    stand.at(LATER).load("invoices", "listings")
    rows = stand.rows("select invoice_id, status, price, last_seen_at from raw.invoices order by 1")
    assert [(i, status, price, at.astimezone(UTC)) for i, status, price, at in rows] == [
        (known.PAID, "created", Decimal("100.00"), LATER),
        (known.RENAMED, "partially_paid", Decimal("90000.00"), AS_OF),
        (known.OWN_STATUS, None, None, LATER),
    ]
    assert stand.rows("select list_name, items from raw.listings") == [(LIST, 2)]


def listed(reading: Reading, *tables: str, at: datetime) -> dict[str, tuple[datetime, int]]:
    rows = reading.run(*tables, "listings", at=at)["listings"]
    return {row["list_name"]: (row["listed_at"], row["items"]) for row in rows}


def test_a_catalogue_is_of_invoices_by_its_type_or_the_accounts_word(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.crm.catalogs[0].type = "regular"
    assert reading.run("invoices")["invoices"] == []
    monkeypatch.setattr(
        "sandbox.servers.amocrm.dictionaries._invoices_settings",
        lambda _: {"lang": "ru", "invoices_catalog_id": known.INVOICES},
    )
    assert len(reading.run("invoices")["invoices"]) == 3


def test_products_are_read_once_a_day_and_invoices_every_time(reading: Reading) -> None:
    for hours in (0, 1, 19, 21):
        reading.run("catalog_elements", "invoices", at=AS_OF + timedelta(hours=hours))
    asked = [
        len(reading.stand.asked(f"catalogs/{catalog_id}/elements"))
        for catalog_id in (known.PRODUCTS, known.INVOICES)
    ]
    assert asked == [2, 4]


def test_pages_and_empty_lists(reading: Reading) -> None:
    reading.stand.faults.page_cap = 1
    found = reading.run("catalogs", "catalog_elements", "invoices", "tags")
    assert [len(rows) for rows in found.values()] == [2, 1, 3, 3]
    reading.crm.catalogs.clear()
    reading.crm.tags.clear()
    empty = reading.run("catalogs", "catalog_elements", "invoices", "tags")
    assert [len(rows) for rows in empty.values()] == [0, 0, 0, 0]


def test_most_invoices_gone_at_once_stop_the_load(reading: Reading) -> None:
    at = moment("2026-09-15 10:00")
    reading.crm.elements += [
        Element(9_000 + n, known.INVOICES, f"Счёт {n}", at, at, 11, None, False) for n in range(40)
    ]
    reading.run("invoices")
    reading.crm.elements = reading.crm.elements[:10]
    with pytest.raises(VolumeDropError, match=r"invoices \(account 777, catalog 801\).*had 43"):
        reading.run("invoices")
    assert reading.states["invoices"]["volumes"] == {"account 777, catalog 801": 43}


def test_a_token_without_the_right_to_catalogues_loses_nothing(
    reading: Reading, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert listed(reading, "invoices", at=AS_OF) == {LIST: (AS_OF, 3)}
    refuse_as_amocrm_does(monkeypatch)
    reading.stand.faults.fail_next(f"/api/v4/catalogs/{known.INVOICES}", 403)
    assert listed(reading, "invoices", at=LATER) == {LIST: (AS_OF, 3)}
    assert f"catalogs/{known.INVOICES}/elements are not loaded" in caplog.text
    reading.stand.faults.fail_next("/api/v4/catalogs", 403)
    assert reading.run("catalogs", "invoices") == {"catalogs": [], "invoices": []}
