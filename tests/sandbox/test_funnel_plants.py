"""What was planted for the funnel is really there, and what just misses a definition misses it."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from sandbox.company import simulate
from sandbox.model import Company, CompanySpec
from sandbox.simulation.crm_keeping import crm_of
from sandbox.simulation.world import LOST, WON, Story
from tests.sandbox import careful_reader as reader

DAY = 86_400
MONTH = 30 * DAY


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(CompanySpec())


@pytest.fixture(scope="module")
def planted(company: Company) -> dict[str, list[Story]]:
    found: dict[str, list[Story]] = defaultdict(list)
    for story in company.stories:
        for plant in story.plants:
            found[plant].append(story)
    return found


def stage_name(company: Company, status_id: int) -> str:
    return next(s.name for p in company.pipelines for s in p.statuses if s.id == status_id)


@pytest.mark.parametrize(
    ("plant", "offsets"),
    [
        ("five_at_once", [0, 0, 0, 0, 0]),
        ("five_seconds_apart", [0, 5, 10, 15, 20]),
        ("of_two_stages", [0, 0, 0, 1, 1, 2]),
        ("four_at_once", [0, 0, 0, 0]),
        ("six_seconds_apart", [0, 0, 0, 6, 6, 6]),
        ("one_deal_twice", [0, 0, 0, 0, 4]),
        ("robot_hands_out_five", [0, 0, 0, 0, 0]),
        ("admin_hands_out_slowly", [0, 5, 10, 15, 20]),
        ("robot_hands_out_four", [0, 0, 0, 0]),
        ("hands_out_in_two_goes", [0, 0, 0, 6, 6, 6]),
    ],
)
def test_bursts_are_in_the_journal(company, planted, plant, offsets):
    ids = {story.lead_id for story in planted[f"burst:{plant}"]}
    kind = "entity_responsible_changed" if "hand" in plant else "lead_status_changed"
    by_actor = defaultdict(list)
    for event in company.events:
        if event.entity_id in ids and event.type == kind:
            by_actor[event.created_by, str(event.value_after)].append(event.created_at)
    times = max(by_actor.values(), key=lambda found: len(found))
    times.sort()
    # these deals may have been changed like that alone, at another time
    near = [at for at in times if sum(abs(at - other) <= 20 for other in times) > 1]
    assert [at - near[0] for at in near] == offsets


@pytest.mark.parametrize(
    ("plant", "gaps"),
    [
        ("at_the_bounds", [60, 60]),
        ("four_moves", [40, 40, 40]),
        ("pause_too_long", [60, 61]),
        ("run_too_long", [45, 45, 45]),
        ("two_moves", [30]),
        ("two_people", [30, 30]),
    ],
)
def test_clicks_are_as_far_apart_as_planned(planted, plant, gaps):
    stories = planted[f"clicks:{plant}"]
    assert len(stories) == 3
    for story in stories:
        short = [b.at - a.at for a, b in pairwise(story.steps) if 0 < b.at - a.at <= 61]
        assert short == gaps
        hands = [b.by for a, b in pairwise(story.steps) if 0 < b.at - a.at <= 61]
        assert (len(set(hands)) == 2) == (plant == "two_people")


def test_the_journal_lost_moves_that_the_cards_know(company, planted):
    events = defaultdict(list)
    for event in company.events:
        events[event.entity_id].append(event)
    for plant in ("gap", "unseen_move"):
        assert len(planted[plant]) >= 3
        for story in planted[plant]:
            assert story.lead is not None
            assert reader.has_hole(story.lead, events[story.lead_id])
            assert not story.is_observable


def test_some_moves_lead_nowhere(company):
    nowhere = [
        event
        for event in company.events
        if event.type == "lead_status_changed" and event.value_after == event.value_before
    ]
    assert len(nowhere) > 5
    placed = {story.lead_id: story for story in company.stories}
    for event in nowhere:
        story = placed[event.entity_id]
        here = [step for step in story.steps if step.at <= event.created_at][-1]
        assert event.value_after[0]["lead_status"]["id"] == here.status_id


def test_sales_go_on_as_deals_of_the_workshop(company, planted):
    children = planted["child"]
    assert len(children) > 40
    delays = set()
    for child in children:
        assert child.parent is not None
        assert child.parent.status == "won"
        assert child.contacts[0] is child.parent.contacts[0]
        assert child.steps[0].pipeline_id != child.parent.steps[-1].pipeline_id
        assert child.steps[0].by == 0
        assert child.invoice is None
        delays.add(child.added_at - child.parent.steps[-1].at)
    assert {-60, -61, 3 * DAY, 3 * DAY + 1, 5 * DAY} <= delays


def test_some_children_lose_their_source_and_the_others_keep_it(company, planted):
    kept = [child for child in planted["child"] if child.keeps_source]
    lost = [child for child in planted["child"] if not child.keeps_source]
    assert lost
    for child in kept:
        assert child.parent is not None
        assert child.recorded.channel == child.parent.recorded.channel
    assert any(child.recorded.channel == "unknown" for child in lost)


def phone(company: Company, story: Story) -> str:
    """The last ten digits of the main contact's number."""
    spelled = str(reader.values(story.contacts[0], company)["Телефон"])
    return "".join(filter(str.isdigit, spelled))[-10:]


@pytest.mark.parametrize("wait", [MONTH, MONTH + 1, MONTH - 1, 20 * DAY, 50 * DAY])
def test_people_come_back_to_the_second(company, planted, wait):
    closed = defaultdict(set)
    for story in company.stories:
        if story.status != "open":
            closed[phone(company, story)].add(story.steps[-1].at)
    assert planted[f"returns:{wait}"]
    for story in planted[f"returns:{wait}"]:
        assert story.created_at - wait in closed[phone(company, story)]


def test_calls_of_which_no_deal_was_made(company):
    crm = crm_of(company)
    calls = [talk for talk in company.planned_talks if talk.kind == "call"]
    assert len(calls) > 10
    noted = {(row["deal_id"], row["called_at"]) for row in crm.truth["crm_calls"]}
    created = {lead.created_at for lead in company.leads}
    for call in calls:
        assert call.at not in created
        after = [
            at for deal_id, at in noted
            if deal_id == call.deal_id and 0 <= at.timestamp() - call.at < 3 * 3600
        ]  # fmt: skip
        assert after


def test_letters_are_written_when_they_were_planned(company):
    crm = crm_of(company)
    written = {
        (note.entity_id, note.created_at, note.note_type == "amomail_message" and
         note.params["income"])
        for note in crm.notes
    }  # fmt: skip
    letters = [talk for talk in company.planned_talks if talk.kind != "call"]
    assert {talk.is_incoming for talk in letters} == {True, False}
    now = company.spec.as_of.timestamp()
    gone = {lead.id for lead in company.leads if lead.is_purged}
    for talk in letters:
        if talk.at <= now and talk.deal_id not in gone:
            assert (talk.deal_id, talk.at, talk.is_incoming) in written


def test_contracts_last_exactly_as_long_as_they_may(company, planted):
    lengths = Counter(
        b.at - a.at
        for plant in ("exactly_at_limit", "one_second_late")
        for story in planted[plant]
        for a, b in pairwise(story.steps)
        if stage_name(company, a.status_id) == "Договор"
    )
    assert lengths[168 * 3600] >= 1
    assert lengths[168 * 3600 + 1] >= 1
    assert planted["nearly_late"]


def test_the_bucket_is_full_of_deals_without_a_task(company):
    waiting = [lead for lead in company.leads if stage_name(company, lead.status_id)
               == "Клиент думает" and not lead.is_deleted and not lead.is_purged]  # fmt: skip
    assert len(waiting) > 10
    now = company.spec.as_of.timestamp()
    due = defaultdict(list)
    for task in company.tasks:
        if not task.is_completed:
            due[task.entity_id].append(task.complete_till)
    left = [lead for lead in waiting if not due[lead.id]]
    overdue = [lead for lead in waiting if due[lead.id] and max(due[lead.id]) < now]
    assert left
    assert (len(left) + len(overdue)) / len(waiting) > 0.6
    for lead in waiting:
        assert lead.closest_task_at == min(due[lead.id], default=None)


def test_nobody_needs_the_stage_of_claims(company):
    entered = Counter(step.status_id for story in company.stories for step in story.steps)
    claims = next(s.id for p in company.pipelines for s in p.statuses if "Рекламация" in s.name)
    assert 0 < entered[claims] < 5


def test_deadlines_are_put_off_and_now_and_then_brought_forward(company):
    rows = crm_of(company).truth["crm_task_deadlines"]
    earlier = [row for row in rows if row["due_after"] < row["due_before"]]
    assert 5 <= len(earlier) < len(rows) / 10


def test_refusals_have_reasons_some_other_and_some_none(company):
    reasons = Counter(lead.loss_reason_id for lead in company.leads if lead.status_id == LOST)
    other = next(r.id for r in company.loss_reasons if r.name == "Прочее" and r.is_listed)
    assert reasons[other] > 50
    assert reasons[None] > 50


def test_stories_stay_in_order_and_in_the_past(company):
    now = int(company.spec.as_of.timestamp())
    for story in company.stories:
        moments = [step.at for step in story.steps]
        assert moments == sorted(moments)
        assert moments[-1] <= now
        if story.kind != "imported":
            assert story.created_at <= story.added_at <= moments[0]
        for a, b in pairwise(story.steps):
            assert (a.pipeline_id, a.status_id) != (b.pipeline_id, b.status_id)
        for (_, one, _), (_, other, _) in pairwise(story.responsibles):
            assert one != other
        turns = [at for at, _, _ in story.responsibles]
        assert turns == sorted(turns)
        if story.status != "open":
            assert story.closed_at == moments[-1]


def test_children_are_won_without_money_of_their_own(company, planted):
    won = [child for child in planted["child"] if child.steps[-1].status_id == WON]
    assert won
    assert not any(child.receipts for child in won)


def test_company_of_any_moment_is_planted_too():
    spec = CompanySpec(deals=300, months=4, as_of=datetime(2026, 3, 4, 9, 30, tzinfo=UTC))
    plants = {plant for story in simulate(spec).stories for plant in story.plants}
    assert {"child", "gap", "clicks:at_the_bounds"} <= plants
