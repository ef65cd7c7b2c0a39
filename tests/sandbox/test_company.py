"""The simulated company keeps its own promises, checked by a reader who shares no code with it."""

import copy
from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from sandbox.company import simulate
from sandbox.model import Company, CompanySpec
from sandbox.truth import TABLES, write_truth
from tests.sandbox import careful_reader as reader


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(CompanySpec())


@pytest.fixture(scope="module")
def deals(company: Company) -> dict[int, dict]:
    return {row["deal_id"]: row for row in company.truth["deals"]}


def unix(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def test_same_spec_gives_the_same_company():
    spec = CompanySpec(deals=150, months=3)
    assert simulate(spec) == simulate(spec)


def test_another_seed_gives_another_company():
    first, second = (simulate(CompanySpec(seed=seed, deals=150, months=3)) for seed in (1, 2))
    for part in ("leads", "events", "spend", "bank", "truth"):
        assert getattr(first, part) != getattr(second, part)


@pytest.mark.parametrize(("deals", "months"), [(0, 1), (1, 1), (40, 2), (300, 24)])
def test_every_size_works(deals, months):
    company = simulate(CompanySpec(deals=deals, months=months))
    assert len(company.truth["deals"]) == deals
    assert company.spend
    assert company.bank


def test_a_cabinet_counts_moscow_days_wherever_the_company_is():
    spec = CompanySpec(deals=60, months=2, timezone="Asia/Vladivostok",
                       as_of=datetime(2026, 10, 31, 20, tzinfo=UTC))  # fmt: skip
    days = [row.day for row in simulate(spec).spend]
    assert (min(days).isoformat(), max(days).isoformat()) == ("2026-10-01", "2026-10-31")


def test_ids_are_unique(company: Company):
    for rows in (company.leads, company.contacts, company.companies, company.tasks, company.events):
        assert len({row.id for row in rows}) == len(rows)


def test_visits_chain(company: Company):
    last: dict[int, dict] = {}
    for row in company.truth["stage_visits"]:
        before = last.get(row["deal_id"])
        assert row["visit_number"] == (before["visit_number"] + 1 if before else 1)
        if before:
            assert before["left_at"] == row["entered_at"] >= before["entered_at"]
        last[row["deal_id"]] = row
    leads = {lead.id: lead for lead in company.leads}
    assert last.keys() == {row["deal_id"] for row in company.truth["deals"]}
    for deal_id, row in last.items():
        assert row["left_at"] is None
        assert (row["pipeline_id"], row["stage_id"]) == (
            leads[deal_id].pipeline_id,
            leads[deal_id].status_id,
        )


def test_observable_visits_follow_from_the_events(company: Company):
    events = defaultdict(list)
    for event in company.events:
        events[event.entity_id].append(event)
    truth = defaultdict(list)
    for row in company.truth["stage_visits"]:
        stay = (unix(row["entered_at"]), row["pipeline_id"], row["stage_id"])
        truth[row["deal_id"]].append(stay)
    cards = {lead.id: lead for lead in company.leads}
    told = {
        deal_id
        for deal_id, found in events.items()
        if deal_id in truth and not reader.has_hole(cards[deal_id], found)
    }
    assert told == {r["deal_id"] for r in company.truth["stage_visits"] if r["is_observable"]}
    for deal_id, stays in truth.items():
        assert stays[0][0] == cards[deal_id].created_at
        if deal_id in told and len(stays) > 1:
            assert reader.chain(cards[deal_id].created_at, events[deal_id]) == stays


def test_events_speak_of_known_deals_and_of_the_past(company: Company):
    leads = {lead.id: lead for lead in company.leads}
    now = company.spec.as_of.timestamp()
    for event in company.events:
        assert event.created_at <= leads[event.entity_id].updated_at <= now
    assert company.events == sorted(company.events, key=lambda e: (e.created_at, e.id))


def test_cards_agree_with_the_truth(company: Company, deals):
    cards = {lead.id: lead for lead in company.leads if not lead.is_purged}
    assert cards.keys() == deals.keys()
    for deal_id, row in deals.items():
        card = cards[deal_id]
        status = {142: "won", 143: "lost"}.get(card.status_id, "open")
        assert (row["status"], row["price"], row["is_deleted"], row["responsible_user_id"]) == (
            status, card.price, card.is_deleted, card.responsible_user_id,
        )  # fmt: skip
        assert unix(row["created_at"]) == card.created_at
        if status != "open":
            assert unix(row["closed_at"]) == card.closed_at


def test_recorded_source_is_what_a_careful_reader_finds(company: Company, deals):
    found = reader.recorded(company)
    for deal_id, row in deals.items():
        utm = tuple(row[f"recorded_utm_{part}"] for part in ("source", "medium", "campaign"))
        assert (row["recorded_rule"], row["recorded_channel"], utm) == found[deal_id]


def known_money(company: Company) -> dict[int, list[tuple]]:
    """Deal id -> (day, signed amount) of what a rule brings to it."""
    paid = defaultdict(list)
    for row in company.truth["payment_matches"]:
        if row["deal_id"] is not None:
            paid[row["deal_id"]].append((row["booked_on"], row["amount"]))
    return paid


def test_paid_amounts_are_the_sums_of_allocated_payments(company: Company, deals):
    paid = known_money(company)
    for deal_id, row in deals.items():
        receipts = [r for r in paid[deal_id] if r[1] > 0]
        assert row["paid_amount"] == sum((r[1] for r in receipts), Decimal())
        assert row["refunded_amount"] == sum((r[1] for r in paid[deal_id] if r[1] < 0), Decimal())
        assert row["first_paid_on"] == min((r[0] for r in receipts), default=None)


def brute_force_defects(company: Company) -> Counter:
    """The three rules by their definitions, from cards and bank rows."""
    found, sources, money = Counter(), reader.recorded(company), known_money(company)
    for lead in company.leads:
        if lead.is_deleted or lead.is_purged:
            continue
        is_won = lead.status_id == 142
        rows = money.get(lead.id, [])
        if (is_won or sum(amount for _, amount in rows) > 0) and sources[lead.id][1] == "unknown":
            found["deal_no_source", lead.id] += 1
        if is_won and lead.price == 0:
            found["won_no_price", lead.id] += 1
        has_date = "Дата оплаты" in reader.values(lead, company)
        if is_won and not has_date and not any(amount > 0 for _, amount in rows):
            found["won_no_payment_date", lead.id] += 1
    return found


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_defects_are_exactly_the_planted_ones(seed):
    company = simulate(CompanySpec(seed=seed, deals=3000))
    listed = Counter((row["rule_id"], row["deal_id"]) for row in company.truth["defects"])
    assert listed == brute_force_defects(company)
    for count in Counter(rule for rule, _ in listed).values():
        assert 8 <= count <= 25


def test_spend_truth_is_the_cabinet(company: Company):
    rows = [(r["campaign_id"], r["spend_on"], r["cost_gross"]) for r in company.truth["spend"]]
    assert rows == [(day.campaign_id, day.day, day.cost) for day in company.spend]
    assert len({row[:2] for row in rows}) == len(rows)


def test_truth_survives_parquet(company: Company, tmp_path):
    paths = write_truth(company, tmp_path)
    assert {path.stem for path in paths} == set(TABLES)
    for path in paths:
        assert pq.read_table(path).to_pylist() == company.truth[path.stem]


def test_empty_truth_keeps_its_columns(tmp_path):
    write_truth(simulate(CompanySpec(deals=0, months=1)), tmp_path)
    assert pq.read_table(tmp_path / "deals.parquet").column_names == list(TABLES["deals"])


def test_servers_may_change_a_company_without_touching_another():
    spec = CompanySpec(deals=20, months=1)
    first = simulate(spec)
    kept = copy.deepcopy(first)
    first.leads[0].price += 1
    assert simulate(spec) == kept
