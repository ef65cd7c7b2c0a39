"""Every quirk that the services are known for occurs in the default company."""

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from sandbox.company import simulate
from sandbox.model import Company, CompanySpec
from tests.sandbox import careful_reader as reader


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(CompanySpec())


@pytest.fixture(scope="module")
def moves(company: Company) -> dict[int, list]:
    found = defaultdict(list)
    for event in company.events:
        if event.type == "lead_status_changed":
            found[event.entity_id].append(event)
    return found


def status(value: list) -> int:
    return value[0]["lead_status"]["id"]


def test_straight_won_deals_leave_only_their_arrival(company: Company, moves):
    kinds = defaultdict(set)
    for event in company.events:
        kinds[event.entity_id].add(event.type)
    straight = [
        lead
        for lead in company.leads
        if lead.status_id == 142 and lead.closed_at == lead.created_at and lead.id not in moves
    ]
    assert len(straight) > 10
    assert any(kinds[lead.id] == {"lead_added"} for lead in straight)


def test_imported_deals_have_no_events(company: Company):
    known = {event.entity_id for event in company.events}
    silent = [lead for lead in company.leads if lead.id not in known]
    assert len(silent) == 90
    assert all(lead.tags == ["импорт"] for lead in silent)


def test_deleted_restored_and_purged_deals(company: Company):
    kinds = defaultdict(set)
    for event in company.events:
        kinds[event.type].add(event.entity_id)
    leads = {lead.id: lead for lead in company.leads}
    deleted = {lead_id for lead_id, lead in leads.items() if lead.is_deleted}
    purged = {lead_id for lead_id, lead in leads.items() if lead.is_purged}
    assert deleted
    assert purged
    assert kinds["lead_restored"]
    assert kinds["lead_deleted"] == deleted | purged | kinds["lead_restored"]
    assert not purged & {row["deal_id"] for row in company.truth["deals"]}


def test_reopened_deals_keep_their_loss_reason_and_sometimes_their_closing(company: Company, moves):
    reopened = {i for i, es in moves.items() if any(status(e.value_before) == 143 for e in es)}
    leads = [lead for lead in company.leads if lead.id in reopened]
    back = [lead for lead in leads if lead.status_id not in (142, 143)]
    assert any(lead.status_id == 142 and lead.loss_reason_id for lead in leads)
    assert {lead.closed_at is None for lead in back} == {True, False}


def test_lost_deals_without_a_reason_or_with_a_deleted_one(company: Company):
    listed = {reason.id for reason in company.loss_reasons if reason.is_listed}
    reasons = {lead.loss_reason_id for lead in company.leads if lead.status_id == 143}
    assert None in reasons
    assert reasons - listed - {None}


def test_events_recall_a_deleted_stage_and_a_deleted_pipeline(company: Company, moves):
    pipelines = {pipeline.id for pipeline in company.pipelines}
    gone = {s.id for p in company.pipelines for s in p.statuses if not s.is_listed}
    befores = [e.value_before[0]["lead_status"] for es in moves.values() for e in es]
    assert any(stage["pipeline_id"] not in pipelines for stage in befores)
    assert any(stage["id"] in gone for stage in befores)
    left = {story.lead_id for story in company.stories if "stage_unlisted" in story.plants}
    assert left == {lead.id for lead in company.leads if lead.status_id in gone}


def test_events_of_one_second_do_not_sort_into_their_order(company: Company, moves):
    against = 0
    for events in moves.values():
        by_id = sorted(events, key=lambda e: (e.created_at, e.id))
        pairs = pairwise(by_id)
        against += any(a.value_after != b.value_before for a, b in pairs)
    assert against > 20


def test_bulk_actions_share_a_second(company: Company):
    stamps = Counter((e.created_at, e.type, e.created_by) for e in company.events)
    assert {kind for (_, kind, _), count in stamps.items() if count > 8} >= {
        "lead_status_changed",
        "entity_responsible_changed",
    }


def test_backdated_cards(company: Company):
    added = {e.entity_id: e.created_at for e in company.events if e.type == "lead_added"}
    late = [lead for lead in company.leads if lead.created_at < added.get(lead.id, 0)]
    assert len(late) > 10


def test_deals_cross_into_the_second_pipeline(company: Company, moves):
    crossings = [
        e
        for es in moves.values()
        for e in es
        if e.value_after[0]["lead_status"]["pipeline_id"] == company.pipelines[1].id
        and e.value_before[0]["lead_status"]["pipeline_id"] == company.pipelines[0].id
    ]
    assert len(crossings) > 100
    assert any(status(e.value_before) == 142 for e in crossings)


def test_people_who_left_stay_in_history(company: Company):
    gone = {user.id for user in company.users if not user.in_account}
    assert gone & {lead.responsible_user_id for lead in company.leads}
    assert gone & {event.created_by for event in company.events}
    assert 0 in {event.created_by for event in company.events}


def test_contacts_that_nobody_returns(company: Company):
    hidden = {contact.id for contact in company.contacts if not contact.is_listed}
    assert hidden & {contact_id for lead in company.leads for contact_id in lead.contact_ids[:1]}


def test_phones_come_in_every_spelling(company: Company):
    phones = [
        str(phone)
        for contact in company.contacts
        if (phone := reader.values(contact, company).get("Телефон"))
    ]
    assert {phone[:2] for phone in phones} >= {"+7", "79", "89", "8 "}


def test_unusable_tags_and_every_spelling_of_yandex(company: Company):
    spelled = {reader.values(lead, company).get("utm_source") for lead in company.leads}
    assert spelled >= {"{source}", "(not set)", "yandex", "ya", "Яндекс", "YANDEX", "yandex-direct"}


def test_every_rule_and_channel_of_the_source_occurs(company: Company):
    rows = company.truth["deals"]
    assert {row["recorded_rule"] for row in rows} == {
        "deal_utm", "deal_source", "contact_utm", "unknown",
    }  # fmt: skip
    assert {row["recorded_channel"] for row in rows} == {
        "paid_search", "paid_social", "organic_search", "organic_social", "messengers", "boards",
        "referral", "email", "partner", "calls", "offline", "unassigned", "unknown",
    }  # fmt: skip
    assert any(row["true_channel"] != row["recorded_channel"] for row in rows)


def test_deleted_deals_look_defective_and_are_not_listed(company: Company):
    listed = {row["deal_id"] for row in company.truth["defects"]}
    deleted_won = {lead.id for lead in company.leads if lead.is_deleted and lead.status_id == 142}
    assert deleted_won
    assert not deleted_won & listed


def test_tasks_are_open_overdue_and_done(company: Company):
    now = company.spec.as_of.timestamp()
    kinds = Counter((task.is_completed, task.complete_till < now) for task in company.tasks)
    assert {(True, True), (False, True), (False, False)} <= set(kinds)


def test_spend_has_silent_days_free_days_and_pauses(company: Company):
    days = {row.day for row in company.spend}
    span = (max(days) - min(days)).days + 1
    assert 0 < span - len(days) < 4
    assert any(row.cost == 0 and row.impressions > 0 for row in company.spend)
    assert any(row.cost % 1 for row in company.spend)
    assert min(Counter(row.campaign_id for row in company.spend).values()) < span / 3
