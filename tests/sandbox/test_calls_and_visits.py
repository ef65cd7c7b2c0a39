"""What call tracking and the web counter saw of the simulated company agrees with its deals."""

from collections import Counter
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sandbox.company import simulate
from sandbox.feed import discover
from sandbox.model import Company, CompanySpec
from sandbox.simulation.arrivals import arrivals, digits
from sandbox.simulation.calls import CALL_NAMES, Contact, Journal, listen
from sandbox.simulation.visits import Visit, browse
from tests.sandbox.small import small_company


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(CompanySpec(seed=5, deals=400, months=6))


@pytest.fixture(scope="module")
def journal(company: Company) -> Journal:
    return listen(company)


@pytest.fixture(scope="module")
def contacts(journal: Journal) -> list[Contact]:
    return [*journal.calltouch, *journal.uis]


@pytest.fixture(scope="module")
def visits(company: Company) -> list[Visit]:
    return browse(company)


def test_the_same_company_gives_the_same_feeds(
    company: Company, journal: Journal, visits: list[Visit]
) -> None:
    assert listen(company) == journal
    assert browse(company) == visits


def test_a_deal_by_telephone_began_with_a_call_from_its_number(
    company: Company, contacts: list[Contact]
) -> None:
    first = {contact.deal_id: contact for contact in contacts if contact.fate == "deal"}
    by_phone = [
        arrival
        for arrival in arrivals(company)
        if arrival.source_name in CALL_NAMES and arrival.deal_id in first
    ]
    assert len(by_phone) > 20
    for arrival in by_phone:
        call = first[arrival.deal_id]
        assert (call.kind, digits(call.phone)) == ("call", arrival.phone)
        late = company.late_calls.get(arrival.deal_id)
        assert arrival.at - call.at == late if late else 0 < arrival.at - call.at <= 600


def test_a_form_carries_the_marks_that_its_deal_has(
    company: Company, contacts: list[Contact]
) -> None:
    cards = {arrival.deal_id: arrival for arrival in arrivals(company)}
    forms = [contact for contact in contacts if contact.kind == "form" and contact.fate == "deal"]
    marked = [form for form in forms if cards[form.deal_id or 0].marks]
    assert len(marked) > 100
    for form in marked:
        marks = dict(cards[form.deal_id or 0].marks)
        client_id = marks.pop("_ym_uid", None)
        assert form.session is None or form.session.marks == marks
        if client_id and form.session:
            assert form.session.ym_client_id == client_id


def test_some_contacts_never_reached_the_crm(contacts: list[Contact]) -> None:
    fates = Counter((contact.kind, contact.fate) for contact in contacts)
    assert fates["call", "missed"] > 20
    assert fates["form", "missed"] > 3
    assert fates["call", "internal"] > 0
    missed = [c for c in contacts if c.fate == "missed" and c.kind == "call"]
    assert all(contact.deal_id is None for contact in missed)
    assert 0.3 < sum(contact.is_lost for contact in missed) / len(missed) < 0.9


def test_numbers_are_spelled_in_many_ways_and_calls_go_both_ways(contacts: list[Contact]) -> None:
    calls = [contact for contact in contacts if contact.kind == "call"]
    heads = {call.phone[:2] for call in calls}
    assert {"+7", "8 ", "79", "89"} <= heads
    assert {call.direction for call in calls} == {"in", "out"}


def test_a_planted_deal_without_a_source_gives_none_away(
    company: Company, contacts: list[Contact]
) -> None:
    bad = {row["deal_id"] for row in company.truth["defects"] if row["rule_id"] == "deal_no_source"}
    found = [contact for contact in contacts if contact.deal_id in bad]
    assert found
    assert all(contact.session is None for contact in found)


def test_services_follow_one_another(journal: Journal) -> None:
    assert journal.calltouch
    assert max(c.at for c in journal.calltouch) < min(c.at for c in journal.uis)
    assert {contact.kind for contact in journal.calltouch} == {"call", "form"}
    ids = [contact.id for contact in [*journal.calltouch, *journal.uis]]
    assert len(set(ids)) == len(ids)


def test_whoever_got_in_touch_visited_before(contacts: list[Contact], visits: list[Visit]) -> None:
    seen: dict[str, list[int]] = {}
    for visit in visits:
        seen.setdefault(visit.client_id, []).append(visit.at)
    for contact in contacts:
        if contact.session is not None and contact.at > visits[0].at + 86_400:
            assert any(at < contact.at for at in seen[contact.session.ym_client_id])


def test_ad_visits_are_of_campaigns_that_ran_and_no_more_than_clicks(
    company: Company, visits: list[Visit]
) -> None:
    clicks = {(row.campaign_id, row.day): row.clicks for row in company.spend}
    ads = [visit for visit in visits if visit.direct_order]
    assert {visit.source for visit in ads} == {"ad"}
    per_campaign = Counter(visit.direct_order for visit in ads)
    for campaign, count in per_campaign.items():
        assert count <= sum(n for (found, _), n in clicks.items() if found == campaign)
    assert any(visit.id > 2**63 for visit in visits)
    assert len({visit.id for visit in visits}) == len(visits)


def test_truth_tables_hold_what_the_services_hold(
    company: Company, contacts: list[Contact], visits: list[Visit]
) -> None:
    tables: dict[str, pa.Table] = {}
    for name in ("uis", "calltouch", "yandex_metrica"):
        tables |= discover()[name].truth(company)
    assert set(tables) == {"calls", "forms", "visits"}
    assert tables["calls"].num_rows + tables["forms"].num_rows == len(contacts)
    assert tables["visits"].num_rows == len(visits)
    phones = tables["calls"]["phone"]
    assert pc.all(pc.match_substring_regex(phones, r"^7\d{10}$")).as_py()
    last = pc.max(tables["visits"]["visited_at"]).as_py()
    assert last < datetime(2026, 10, 31, 20, 0, tzinfo=UTC)


def test_a_company_without_truth_has_contacts_too() -> None:
    journal = listen(small_company())
    assert {contact.deal_id for contact in journal.uis if contact.fate == "deal"} <= set(
        range(1001, 1013)
    )
    assert browse(small_company())
