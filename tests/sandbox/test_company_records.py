"""The simulated CRM's records beside its cards agree with the company and change nothing in it."""

import copy
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

import pytest

from sandbox.company import simulate
from sandbox.model import Company, CompanySpec, Event
from sandbox.simulation.calls import listen
from sandbox.simulation.clock import Clock
from sandbox.simulation.crm_keeping import crm_of, keep_crm
from sandbox.simulation.crm_model import Crm
from sandbox.simulation.crm_truth import truth
from tests.sandbox.small import small_company

SPEC = CompanySpec(deals=1200, months=6)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(SPEC)


@pytest.fixture(scope="module")
def crm(company: Company) -> Crm:
    return crm_of(company)


def by_type(crm: Crm) -> dict[str, list[Event]]:
    found = defaultdict(list)
    for event in crm.events:
        found[event.type].append(event)
    return found


def digits(phone: object) -> str:
    return "".join(filter(str.isdigit, str(phone)))


def test_they_follow_from_the_company_and_leave_it_alone() -> None:
    company = simulate(CompanySpec(deals=150, months=3))
    before = copy.deepcopy(company)
    first = keep_crm(company)
    assert company == before
    assert first == keep_crm(simulate(CompanySpec(deals=150, months=3)))


def test_a_company_made_by_hand_has_what_it_was_given() -> None:
    assert crm_of(small_company()) == Crm()


@pytest.mark.parametrize("deals", [0, 1, 40])
def test_every_size_works(deals: int) -> None:
    tables = truth(simulate(CompanySpec(deals=deals, months=2)))
    assert set(tables) == {"crm_calls", "crm_unsorted", "crm_invoices", "crm_task_deadlines"}


def test_nothing_is_of_the_future_and_no_id_twice(company: Company, crm: Crm) -> None:
    now = company.spec.as_of.timestamp()
    assert max(event.created_at for event in crm.events) <= now
    assert max(note.updated_at for note in crm.notes) <= now
    assert all(note.created_at <= note.updated_at for note in crm.notes)
    events = [event.id for event in (*company.events, *crm.events)]
    assert len(set(events)) == len(events)
    assert len({note.id for note in crm.notes}) == len(crm.notes)


def test_notes_lie_on_cards_that_can_be_read(company: Company, crm: Crm) -> None:
    cards = {
        "leads": {lead.id for lead in company.leads if not lead.is_purged},
        "contacts": {contact.id for contact in company.contacts if contact.is_listed},
        "companies": {card.id for card in company.companies},
    }
    assert {note.entity_type for note in crm.notes} == set(cards)
    assert all(note.entity_id in cards[note.entity_type] for note in crm.notes)


def test_every_call_has_its_event(crm: Crm) -> None:
    told = {
        (event.value_after[0]["note"]["id"], event.type, event.entity_id)
        for event in crm.events
        if event.type in {"incoming_call", "outgoing_call"}
    }
    names = {"call_in": "incoming_call", "call_out": "outgoing_call"}
    calls = [note for note in crm.notes if note.note_type in names]
    assert told == {(note.id, names[note.note_type], note.entity_id) for note in calls}
    assert len(crm.truth["crm_calls"]) == len(calls)


def test_calls_that_tracking_saw_are_the_same_calls(company: Company, crm: Crm) -> None:
    journal = listen(company)
    seen = {str(call.id): call for call in (*journal.calltouch, *journal.uis)}
    shared = [note for note in crm.notes if note.params and note.params.get("uniq") in seen]
    assert len(shared) > 300
    for note in shared:
        call = seen[note.params["uniq"]]
        assert int(note.params["duration"]) == call.talk
        assert note.created_at >= call.at
        assert digits(note.params["phone"])[-10:] == digits(call.phone)[-10:]


def test_inquiries_are_of_the_deals_that_began_unsorted(company: Company, crm: Crm) -> None:
    unsorted = {s.id for p in company.pipelines for s in p.statuses if s.type == 1}
    waiting = {
        lead.id
        for lead in company.leads
        if lead.status_id in unsorted and not (lead.is_deleted or lead.is_purged)
    }
    listed = {row.lead_id for row in crm.inquiries if row.left_at is None}
    assert listed == waiting - {lead.id for lead in company.leads if "импорт" in lead.tags}
    moved = {
        (event.entity_id, event.created_at)
        for event in company.events
        if event.type in {"lead_status_changed", "lead_deleted"}
    }
    left = [row for row in crm.inquiries if row.left_at is not None]
    assert all((row.lead_id, row.left_at) in moved for row in left)
    assert {row.category for row in crm.inquiries} == {"forms", "sip", "chats", "mail"}


def test_talks_are_as_old_as_their_messages(crm: Crm) -> None:
    last: dict[int, int] = {}
    for event in crm.events:
        for part in event.value_after:
            talk_id = part.get("message", {}).get("talk_id")
            if talk_id is not None:
                last[talk_id] = max(event.created_at, last.get(talk_id, 0))
    known = {talk.id: talk.updated_at for talk in crm.talks}
    assert last
    assert all(known[talk_id] == at for talk_id, at in last.items())
    assert len(last) < len(known)  # older messages name no talk


def test_invoices_say_what_the_bank_says(company: Company, crm: Crm) -> None:
    paid: dict[int, Decimal] = defaultdict(Decimal)
    for row in company.truth["payments"]:
        if row["deal_id"] is not None and row["amount"] > 0:
            paid[row["deal_id"]] += row["amount"]
    clock = Clock(company.spec)
    statuses = set()
    for row in crm.truth["crm_invoices"]:
        statuses.add(row["status"])
        received = paid[row["deal_id"]]
        assert (row["status"] == "created") == (received == 0)
        assert (row["status"] == "paid") == (received >= row["price"] > 0)
        assert (row["paid_on"] is None) == (received == 0)
    assert {"created", "paid"} <= statuses
    truth_of = {row["invoice_id"]: row for row in crm.truth["crm_invoices"]}
    for element in crm.elements:
        fields = {f["field_code"]: f["values"][0]["value"] for f in element.fields or []}
        if element.id in truth_of:
            day = truth_of[element.id]["paid_on"]
            midnight = None if day is None else clock.midnight(day)
            assert fields.get("BILL_PAYMENT_DATE") == midnight
            assert crm.elements_of(element.lead_id or 0)[0] is element


def test_deadlines_end_where_the_task_has_them(company: Company, crm: Crm) -> None:
    tasks = {task.id: task for task in company.tasks}
    chains = defaultdict(list)
    for event in crm.events:
        if event.type == "task_deadline_changed":
            before, after = (
                value[0]["task_deadline"]["timestamp"]
                for value in (event.value_before, event.value_after)
            )
            chains[event.entity_id].append((event.created_at, before, after))
    assert chains
    for task_id, chain in chains.items():
        chain.sort()
        assert chain[-1][2] == tasks[task_id].complete_till
        assert all(a[2] == b[1] for a, b in pairwise(chain))
        assert tasks[task_id].created_at < chain[0][0]


def test_one_deal_was_merged_away(company: Company, crm: Crm) -> None:
    (merged,) = by_type(crm)["entity_merged"]
    assert (merged.value_before, merged.value_after) == ([], [])
    survivor = next(lead for lead in company.leads if lead.id == merged.entity_id)
    assert not survivor.is_purged


def test_tags_and_fields_end_as_the_card_has_them(company: Company, crm: Crm) -> None:
    leads = {lead.id: lead for lead in company.leads}
    told = by_type(crm)
    gone = {
        (event.entity_id, part["tag"]["name"])
        for event in told["entity_tag_deleted"]
        for part in event.value_before
    }
    assert gone
    for event in told["entity_tag_added"]:
        for part in event.value_after:
            name = part["tag"]["name"]
            assert name in leads[event.entity_id].tags or (event.entity_id, name) in gone
    for event in crm.events:
        if event.type.startswith("custom_field_"):
            value = event.value_after[0]["custom_field_value"]
            filled = {f.field_id: f.values for f in leads[event.entity_id].custom_fields}
            assert str(value["field_id"]) in event.type
            assert value["field_id"] in filled
