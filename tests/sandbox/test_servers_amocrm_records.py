"""Notes, inquiries, talks, tags, catalogues and customers of the local amoCRM."""

from collections.abc import Iterator

import pytest

from sandbox.faults import Faults
from sandbox.running import Services, serve
from sandbox.servers.amocrm.switches import CrmSwitches
from tests.sandbox import small_records as known
from tests.sandbox.servers_client import get, ids, items
from tests.sandbox.small import moment


@pytest.fixture
def services() -> Iterator[Services]:
    company = known.company_with_records()
    with serve(company, Faults(rate_limit_per_second=None), ("amocrm",)) as running:
        yield running


def test_notes_lie_on_leads_contacts_and_companies(services: Services) -> None:
    found = {
        entity: [row["id"] for row in items(services, f"{entity}/notes", "notes")]
        for entity in ("leads", "contacts", "companies")
    }
    assert found["contacts"] == [known.CONTACT_CALL]
    assert found["companies"] == [known.COMPANY_CALL]
    assert len(found["leads"]) == 6


def test_notes_are_filtered_without_the_paid_add_on(services: Services) -> None:
    services.faults.alpha_filter = False
    since, until = moment("2026-09-03 11:00"), moment("2026-09-06 11:00")
    between = f"filter[updated_at][from]={since}&filter[updated_at][to]={until}"
    wanted = [known.SILENT_CALL, known.ODD_CALL]
    assert [n["id"] for n in items(services, f"leads/notes?{between}", "notes")] == wanted
    bare = f"leads/notes?filter[updated_at]={moment('2026-09-08 11:00')}"
    assert [n["id"] for n in items(services, bare, "notes")] == [known.SMS, known.SERVICE]
    kinds = "leads/notes?filter[note_type][]=call_in&filter[note_type][]=sms_out"
    assert [n["id"] for n in items(services, kinds, "notes")] == [known.SILENT_CALL, known.SMS]
    card = "leads/notes?filter[entity_id][]=1003"
    assert [n["id"] for n in items(services, card, "notes")] == [known.ODD_CALL]
    order = items(services, "leads/notes?order[updated_at]=desc", "notes")
    assert [n["id"] for n in order][:2] == [known.SERVICE, known.SMS]


def test_notes_of_one_card(services: Services) -> None:
    found = items(services, "leads/1002/notes", "notes")
    assert [note["params"]["duration"] for note in found] == ["57"]
    assert get(services, "leads/1006/notes").status_code == 204


def test_inquiries_leave_the_list_by_the_clock(services: Services) -> None:
    def listed(at: str) -> list[str]:
        services.faults.now = moment(at)
        return [row["uid"] for row in items(services, "leads/unsorted", "unsorted")]

    assert listed("2026-10-29 10:00") == []
    assert listed("2026-10-31 11:00") == [
        known.SIP_UID, known.CHAT_UID, known.MAIL_UID, known.FORM_UID,
    ]  # fmt: skip
    assert listed("2026-10-31 12:00") == [known.CHAT_UID, known.FORM_UID]
    assert listed("2026-10-31 23:00") == [known.FORM_UID]


def test_an_inquirys_cards_are_stubs_and_its_numbers_are_as_sent(services: Services) -> None:
    services.faults.now = moment("2026-10-31 11:00")
    rows = {r["category"]: r for r in items(services, "leads/unsorted", "unsorted")}
    assert set(rows["forms"]["_embedded"]["leads"][0]) == {"id", "_links"}
    assert rows["forms"]["_embedded"]["contacts"] == []
    assert rows["sip"]["metadata"]["phone"] == 79000000004
    assert rows["sip"]["metadata"]["duration"] == "0"
    only = items(services, "leads/unsorted?filter[category][]=sip", "unsorted")
    assert [row["uid"] for row in only] == [known.SIP_UID]


def test_talks_are_asked_for_by_their_number_only(services: Services) -> None:
    found = get(services, f"talks/{known.TALK}").json()
    assert (found["talk_id"], found["entity_id"], found["rate"]) == (known.TALK, 1002, 5)
    assert get(services, f"talks/{known.GONE_TALK}").status_code == 404
    services.faults.of(CrmSwitches).missing_talk_status = 204
    assert get(services, f"talks/{known.GONE_TALK}").status_code == 204
    assert get(services, "talks").status_code == 404


def test_tags_of_a_kind_of_card(services: Services) -> None:
    assert [t["name"] for t in items(services, "leads/tags", "tags")] == ["опт", "постоянный"]
    assert [t["name"] for t in items(services, "contacts/tags", "tags")] == ["партнёр"]
    assert get(services, "companies/tags").status_code == 204


def test_invoices_are_a_catalogue_and_deals_link_to_them(services: Services) -> None:
    catalogs = items(services, "catalogs")
    assert [(c["id"], c["type"]) for c in catalogs] == [(801, "invoices"), (802, "products")]
    elements = items(services, f"catalogs/{known.INVOICES}/elements", "elements")
    assert [e["id"] for e in elements] == [known.PAID, known.RENAMED, known.OWN_STATUS]
    assert [e["is_deleted"] for e in elements] == [None, False, True]
    assert get(services, "catalogs/999/elements").status_code == 404
    lead = items(services, "leads?with=catalog_elements")[0]
    (link,) = lead["_embedded"]["catalog_elements"]
    assert link["metadata"] == {"quantity": 1.5, "catalog_id": 801, "price_id": None}
    settings = get(services, "account?with=invoices_settings").json()["invoices_settings"]
    assert settings["invoices_catalog_id"] == known.INVOICES


@pytest.mark.parametrize("path", ["customers", "customers/transactions", "customers/statuses"])
def test_customers_are_refused_where_they_are_off(services: Services, path: str) -> None:
    assert get(services, path).status_code == 422
    services.faults.of(CrmSwitches).customers_off_status = 425
    assert get(services, path).status_code == 425
    known.switch_customers_on(services.company)
    assert get(services, path).status_code == 200


def test_statuses_of_customers_need_periodicity(services: Services) -> None:
    known.switch_customers_on(services.company, "segments")
    assert get(services, "customers/statuses").status_code == 422
    assert ids(services, "customers") == [601, 602]
    assert get(services, "account").json()["customers_mode"] == "segments"
