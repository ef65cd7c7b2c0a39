"""Classes of inquiries and deals, against a slow reading of their definition on random deals."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.dbt.conftest import Warehouse, run_dbt
from tests.dbt.hand_made_deals import fill_dictionaries
from tests.dbt.raw_fixture import ACCOUNT, create_raw_tables, insert

WINDOW = timedelta(days=30)  # seeds/pipeline_standards.csv
OWN = timedelta(seconds=600)
START = datetime(2026, 1, 1, tzinfo=UTC)
# steps that make moments meet at, just before and just after every bound
STEPS = [timedelta(seconds=seconds) for seconds in (0, 1, 599, 600, 601, 86400)]
NEAR_WINDOW = [WINDOW + timedelta(seconds=seconds) for seconds in (-1, 0, 1)]


@dataclass(frozen=True)
class Deal:
    id: int
    contact: int
    second_contact: int | None
    created_at: datetime
    closed_at: datetime | None
    is_deleted: bool


@dataclass(frozen=True)
class Call:
    id: str
    contact: int | None
    phone: str
    direction: str
    at: datetime
    systems: frozenset[str]


@dataclass(frozen=True)
class Company:
    phones: dict[int, list[str]]
    deals: list[Deal]
    calls: list[Call]


def make_company(rng: Random) -> Company:
    """Forty contacts, some of whom share a phone through a third one."""
    contacts = range(1001, 1041)
    phones = {contact: [f"7900{contact:07d}"] for contact in contacts}
    for _ in range(8):
        one, other = rng.sample(contacts, 2)
        phones[one].append(phones[other][0])
    deals: list[Deal] = []
    calls: list[Call] = []
    for contact in contacts:
        at, closed = START + timedelta(hours=rng.randrange(24)), None
        for _ in range(rng.randrange(5)):
            at = rng.choice([at, closed or at]) + rng.choice(STEPS + NEAR_WINDOW)
            closed = at + rng.choice([*STEPS, timedelta(days=9)]) if rng.random() < 0.7 else None
            second = rng.choice(contacts) if rng.random() < 0.2 else None
            deals.append(
                Deal(len(deals) + 1, contact, second, at, closed, is_deleted=rng.random() < 0.1)
            )
    moments = [moment for deal in deals for moment in (deal.created_at, deal.closed_at) if moment]
    for number, moment in enumerate(rng.choices(moments, k=260)):
        known = rng.choice(contacts) if rng.random() < 0.9 else None
        systems = rng.choice([{"uis"}, {"uis", "crm"}, {"crm"} if known else {"uis"}])
        calls.append(
            Call(
                str(5000 + number),
                known,
                rng.choice(phones[known]) if known else f"7911{number:07d}",
                rng.choice(["in", "in", "out"]),
                moment + rng.choice([-1, 1]) * rng.choice(STEPS + NEAR_WINDOW),
                frozenset(systems),
            )
        )
    # calls of one number that come within two minutes are another test's matter
    calls = [
        call
        for call in calls
        if not any(
            call.phone == other.phone and abs(call.at - other.at) < timedelta(hours=1)
            for other in calls
            if other.id < call.id
        )
    ]
    return Company(phones, deals, calls)


def fill(path: Path, company: Company) -> None:
    create_raw_tables(path)
    fill_dictionaries(path)
    own = {"account_id": ACCOUNT}
    insert(
        path,
        "raw_amocrm.contacts",
        [
            own
            | {
                "contact_id": contact,
                "updated_at": START,
                "custom_fields_values": json.dumps(
                    [
                        {
                            "field_id": 1,
                            "field_code": "PHONE",
                            "values": [{"value": f"+{number}"} for number in numbers],
                        }
                    ]
                ),
            }
            for contact, numbers in company.phones.items()
        ],
    )
    insert(path, "raw_amocrm.leads", [own | _lead(deal) for deal in company.deals])
    insert(
        path,
        "raw_amocrm.events",
        [own | event for deal in company.deals for event in _events(deal)],
    )
    insert(
        path,
        "raw_amocrm.deleted_leads",
        [
            own | {"lead_id": deal.id, "deleted_at": START + timedelta(days=80)}
            for deal in company.deals
            if deal.is_deleted
        ],
    )
    insert(
        path,
        "raw_uis.calls",
        [
            {
                "account_id": 1,
                "is_empty_day": False,
                "started_at": call.at,
                "call_id": int(call.id),
                "direction": call.direction,
                "is_lost": False,
                "contact_phone_number": call.phone,
            }
            for call in company.calls
            if "uis" in call.systems
        ],
    )
    insert(
        path,
        "raw_amocrm.notes",
        [
            own
            | {
                "note_id": int(call.id),
                "entity_type": "contacts",
                "entity_id": call.contact,
                "note_type": f"call_{call.direction}",
                "phone": call.phone,
                "call_uniq": call.id,
                "call_status": 4,
                # where both systems saw the call, the CRM dates it by its end
                "created_at": call.at + timedelta(seconds=900 * ("uis" in call.systems)),
                "updated_at": call.at,
            }
            for call in company.calls
            if "crm" in call.systems
        ],
    )


def _lead(deal: Deal) -> dict[str, Any]:
    cards: list[dict[str, Any]] = [{"id": deal.contact, "is_main": True}]
    if deal.second_contact not in (None, deal.contact):
        cards.append({"id": deal.second_contact, "is_main": False})
    return {
        "lead_id": deal.id,
        "pipeline_id": 1,
        "status_id": 143 if deal.closed_at else 11,
        "responsible_user_id": 501,
        "created_at": deal.created_at,
        "closed_at": deal.closed_at,
        "updated_at": deal.closed_at or deal.created_at,
        "contacts": json.dumps(cards),
    }


def _events(deal: Deal) -> list[dict[str, Any]]:
    event = {"entity_type": "lead", "entity_id": deal.id, "created_by": 501}
    added = event | {
        "event_id": f"a{deal.id}",
        "type": "lead_added",
        "created_at": deal.created_at,
    }
    if deal.closed_at is None:
        return [added]
    closed = event | {
        "event_id": f"c{deal.id}",
        "type": "lead_status_changed",
        "before_pipeline_id": 1,
        "before_status_id": 11,
        "after_pipeline_id": 1,
        "after_status_id": 143,
        "created_at": deal.closed_at,
    }
    return [added, closed]


class Oracle:
    """The definition, word by word, over all pairs."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.person = {contact: contact for contact in company.phones}
        while any(
            self._join(one, other)
            for one, other in product(company.phones, repeat=2)
            if set(company.phones[one]) & set(company.phones[other])
        ):
            pass

    def _join(self, one: int, other: int) -> bool:
        smallest = min(self.person[one], self.person[other])
        changed = {self.person[one], self.person[other]} != {smallest}
        self.person[one] = self.person[other] = smallest
        return changed

    def deals_of(self, person: int) -> list[Deal]:
        return [
            deal
            for deal in self.company.deals
            if not deal.is_deleted
            and person
            in {self.person[contact] for contact in (deal.contact, deal.second_contact) if contact}
        ]

    def inquiry_class(self, at: datetime, prior: list[Deal]) -> str:
        if not prior:
            return "new"
        if any(deal.closed_at is None or deal.closed_at > at for deal in prior):
            return "repeat_open"
        latest = max(deal.closed_at for deal in prior if deal.closed_at)
        return "repeat_within_window" if at - latest <= WINDOW else "new_after_window"

    def of_call(self, call: Call) -> tuple[int | None, str]:
        if call.contact is None:
            return None, "new"
        person = self.person[call.contact]
        prior = [deal for deal in self.deals_of(person) if deal.created_at < call.at - OWN]
        return person, self.inquiry_class(call.at, prior)

    def of_deal(self, deal: Deal) -> str:
        prior = [
            other
            for other in self.deals_of(self.person[deal.contact])
            if (other.created_at, other.id) < (deal.created_at, deal.id)
        ]
        return self.inquiry_class(deal.created_at, prior)


@pytest.fixture(scope="module")
def company() -> Company:
    return make_company(Random(81))


@pytest.fixture(scope="module")
def built(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("inquiries")
    path = folder / "warehouse.duckdb"
    fill(path, company)
    only_models = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
    models = ("+rpt_inquiries", "+int_touchpoints__inquiries_of_deals")
    log = run_dbt(path, folder, "build", *only_models, "--select", *models)
    return Warehouse(path, log)


def test_every_call_is_one_inquiry_of_the_right_class(built: Warehouse, company: Company) -> None:
    oracle = Oracle(company)
    expected = []
    for call in company.calls:
        person, inquiry_class = oracle.of_call(call)
        is_lead = call.direction == "in" and inquiry_class in ("new", "new_after_window")
        key = f"uis:call:{call.id}" if "uis" in call.systems else f"amocrm:call:{call.id}"
        at = call.at.replace(tzinfo=None)
        expected.append((key, person, inquiry_class, is_lead, at, len(call.systems)))
    assert {row[2] for row in expected} == {
        "new", "repeat_open", "repeat_within_window", "new_after_window",
    }  # fmt: skip
    assert built.rows(
        """select inquiry_id, person_id, inquiry_class, is_lead, occurred_at, records
        from marts.fct_inquiries order by inquiry_id"""
    ) == sorted(expected)


def test_the_report_counts_every_inquiry_once(built: Warehouse, company: Company) -> None:
    assert built.value("select sum(inquiries) from marts.rpt_inquiries") == len(company.calls)
    assert built.value("select sum(leads) from marts.rpt_inquiries") == built.value(
        "select count(*) from marts.fct_inquiries where is_lead"
    )


def test_deals_are_classed_by_the_deals_before_them(built: Warehouse, company: Company) -> None:
    oracle = Oracle(company)
    expected = [(deal.id, oracle.of_deal(deal)) for deal in company.deals]
    assert len({kind for _, kind in expected}) == 4
    assert (
        built.rows(
            """select deal_id, inquiry_class
            from intermediate.int_touchpoints__inquiries_of_deals order by deal_id"""
        )
        == expected
    )
