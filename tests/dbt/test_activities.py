"""Which deal an activity goes to and where a stay's clock stands, against plain loops over all.

The models find both by windows, so that a contact with a hundred deals or a deal with a thousand
moves costs no more than its rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import duckdb
import pytest

from tests.dbt.conftest import Warehouse, run_dbt

# a Monday, nine in the morning in Moscow; moments are naive UTC, as in the warehouse
START = datetime(2026, 1, 5, 6, tzinfo=UTC).replace(tzinfo=None)
HORIZON = 40 * 24 * 60  # minutes
AS_OF = START + timedelta(minutes=HORIZON)
SHELF = 50  # deals of an owner that are looked at, at least

Row = dict[str, Any]


def _at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


@dataclass(frozen=True)
class Table:
    """A hand-made relation: its name, and its columns with their types."""

    name: str
    columns: str

    def write(self, connection: duckdb.DuckDBPyConnection, rows: list[Row]) -> None:
        connection.execute(f"create or replace table {self.name} ({self.columns})")
        names = [column.split()[0] for column in self.columns.split(", ")]
        if rows:
            connection.executemany(
                f"insert into {self.name} values ({', '.join('?' * len(names))})",
                [[row.get(name) for name in names] for row in rows],
            )


ACTIVITIES = Table(
    "intermediate.int_crm__activities",
    "account_id bigint, activity_id varchar, deal_id bigint, owner_type varchar, owner_id bigint, "
    "call_id varchar, actor_user_id bigint, source varchar, kind varchar, direction varchar, "
    "phone varchar, is_contact boolean, occurred_at timestamp",
)
DEALS = Table(
    "intermediate.int_crm__deals",
    "account_id bigint, deal_id bigint, source_deal_id varchar, company_id bigint, "
    "is_deleted boolean, created_at timestamp, price integer, currency varchar",
)
MILESTONES = Table(
    "intermediate.int_funnel__deal_milestones",
    "account_id bigint, deal_id bigint, closed_at timestamp",
)
DEAL_CONTACTS = Table(
    "intermediate.int_crm__deal_contacts", "account_id bigint, deal_id bigint, contact_id bigint"
)
VISITS = Table(
    "intermediate.int_funnel__described_visits",
    "account_id bigint, deal_id bigint, visit_number integer, pipeline_id bigint, "
    "stage_id bigint, pipeline_name varchar, stage_name varchar, responsible_user_id bigint, "
    "is_open boolean, is_unbroken boolean, is_deleted boolean, entered_at timestamp, "
    "left_at timestamp",
)
DAYS = Table(
    "intermediate.int_company__working_days",
    "day_on date, working_seconds bigint, working_seconds_before bigint, opens_at timestamp",
)
STANDARDS = Table(
    "intermediate.int_funnel__stage_standards",
    "account_id bigint, pipeline_id bigint, stage_id bigint, kind varchar, limit_seconds bigint, "
    "clock varchar, role varchar",
)
HOLDERS = Table(
    "intermediate.int_funnel__responsible_intervals",
    "account_id bigint, deal_id bigint, responsible_user_id bigint, starts_at timestamp",
)
EMPTY = [
    Table("intermediate.int_identity__parsed_phones", "spelling varchar, phone varchar"),
    Table(
        "staging.stg_amocrm__calls",
        "call_id varchar, direction varchar, phone varchar, called_at timestamp",
    ),
    Table(
        "intermediate.int_touchpoints__entry_points",
        "entry_id varchar, source varchar, kind varchar, source_row_id varchar, "
        "direction varchar, phone varchar, external_deal_id varchar, wait_seconds bigint, "
        "duration_seconds bigint, is_lost boolean, occurred_at timestamp",
    ),
    Table(
        "intermediate.int_money__allocated_payments",
        "account_id bigint, payment_id varchar, deal_id bigint, amount integer, booked_on date",
    ),
    Table(
        "intermediate.int_crm__custom_values",
        "account_id bigint, entity_type varchar, entity_id bigint, code varchar, value varchar",
    ),
    Table(
        "intermediate.int_funnel__judged_moves",
        "account_id bigint, deal_id bigint, visit_number integer, is_mass_change boolean",
    ),
]


@dataclass(frozen=True)
class Story:
    """Random deals of contacts, their stays, and what was done, all of account 1."""

    deals: list[Row]
    links: list[Row]
    visits: list[Row]
    hand_overs: list[Row]
    activities: list[Row]

    def deals_of(self, contact: int) -> list[Row]:
        ids = {link["deal_id"] for link in self.links if link["contact_id"] == contact}
        return [deal for deal in self.deals if deal["deal_id"] in ids]


def _tell(rng: Random) -> Story:
    deals: list[Row] = []
    links: list[Row] = []
    visits: list[Row] = []
    hand_overs: list[Row] = []
    for number in range(1, 181):
        # contact 9 is a technical card that 120 deals share
        contact = 9 if number > 60 else rng.randint(1, 8)
        created = rng.randrange(HORIZON // 10) * 10
        closed = created + rng.randrange(HORIZON // 10) * 10 if rng.random() < 0.7 else None
        deals.append(
            {
                "account_id": 1,
                "deal_id": number,
                "source_deal_id": str(number),
                "is_deleted": rng.random() < 0.2,
                "created_at": _at(created),
                "closed_at": _at(closed) if closed is not None else None,
            }
        )
        links.append({"account_id": 1, "deal_id": number, "contact_id": contact})
        if number <= 60 and rng.random() < 0.2:
            other = contact % 8 + 1
            links.append({"account_id": 1, "deal_id": number, "contact_id": other})
        visits += _stays(rng, number, created)
        hand_overs += [
            {
                "account_id": 1,
                "deal_id": number,
                "responsible_user_id": rng.choice((501, 502, None)),
                "starts_at": _at(created + rng.randrange(600) * 10),
            }
            for _ in range(rng.randrange(3))
        ]
    activities = [
        {
            "account_id": 1,
            "activity_id": f"note:{number}",
            "deal_id": rng.randint(1, 60) if number % 2 else None,
            "owner_type": "contact",
            "owner_id": rng.randint(1, 10),  # nobody has deals with contact 10
            "source": "note",
            "kind": "call",
            "direction": rng.choice(("in", "out", None)),
            "is_contact": rng.random() < 0.8,
            "occurred_at": _at(rng.randrange(HORIZON // 10) * 10),
        }
        for number in range(3000)
    ]
    return Story(deals, links, visits, hand_overs, activities)


def _stays(rng: Random, deal: int, created: int) -> Iterator[Row]:
    # some stays end in the very second they began
    lengths = [rng.choice((0, 10, 60, 600, 3000)) for _ in range(rng.randint(1, 30))]
    starts = [created]
    for length in lengths:
        starts.append(min(starts[-1] + length, HORIZON))
    ends: list[int | None] = [*starts[1:-1], None]
    for number, (start, end) in enumerate(zip(starts, ends, strict=False), start=1):
        yield {
            "account_id": 1,
            "deal_id": deal,
            "visit_number": number,
            "pipeline_id": 1,
            "stage_id": 11 + number % 3,
            "pipeline_name": "Sales",
            "stage_name": "a stage",
            "responsible_user_id": 500,
            "is_open": end is None,
            "is_unbroken": True,
            "is_deleted": False,
            "entered_at": _at(start),
            "left_at": _at(end) if end is not None else None,
        }


LIMITS = {12: (7200, "calendar"), 13: (7200, "working")}  # stage 11 has none


def _days() -> list[Row]:
    """Nine to six in Moscow on weekdays."""
    days, before = [], 0
    for number in range(-1, 60):
        opens_at = START + timedelta(days=number)
        seconds = 32400 if opens_at.weekday() < 5 else 0
        days.append(
            {
                "day_on": opens_at.date(),
                "working_seconds": seconds,
                "working_seconds_before": before,
                "opens_at": opens_at,
            }
        )
        before += seconds
    return days


@pytest.fixture(scope="module")
def story() -> Story:
    return _tell(Random(7))


@pytest.fixture(scope="module")
def built(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("activities")
    path = folder / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        for schema in ("staging", "intermediate", "marts"):
            connection.execute(f"create schema {schema}")
        ACTIVITIES.write(connection, story.activities)
        DEALS.write(connection, story.deals)
        MILESTONES.write(connection, story.deals)
        DEAL_CONTACTS.write(connection, story.links)
        VISITS.write(connection, story.visits)
        HOLDERS.write(connection, story.hand_overs)
        DAYS.write(connection, _days())
        STANDARDS.write(
            connection,
            [
                {
                    "account_id": 1,
                    "pipeline_id": 1,
                    "stage_id": stage,
                    "kind": "fixed",
                    "limit_seconds": limit,
                    "clock": clock,
                }
                for stage, (limit, clock) in LIMITS.items()
            ],
        )
        for table in EMPTY:
            table.write(connection, [])
        connection.execute(
            "create table intermediate.int_company__account as select 1::bigint as account_id"
        )
        connection.execute(
            """create table intermediate.int_funnel__pipeline_standards as
            select 1::bigint as account_id, 1::bigint as pipeline_id, 'sales' as role"""
        )
    log = run_dbt(
        path,
        folder,
        "run",
        "--select",
        "fct_deal_activities",
        "fct_stage_sla",
        as_of=f"{AS_OF.isoformat()}+00:00",
    )
    return Warehouse(path, log)


def _deal_of(deals: list[Row], moment: datetime) -> int | None:
    """The rule as it is told: open then, else before; live ones first; the latest of several."""
    before = [deal for deal in deals if deal["created_at"] <= moment]

    def rank(deal: Row) -> tuple[bool, bool, datetime, int]:
        is_open = deal["closed_at"] is None or deal["closed_at"] > moment
        return not deal["is_deleted"], is_open, deal["created_at"], deal["deal_id"]

    return max(before, key=rank)["deal_id"] if before else None


def test_activities_go_to_the_deal_that_was_open_then(built: Warehouse, story: Story) -> None:
    found = dict(built.rows("select activity_id, deal_id from marts.fct_deal_activities"))
    assert len(found) == len(story.activities)
    for activity in story.activities:
        if activity["deal_id"] is not None:
            expected = activity["deal_id"]
        elif activity["owner_id"] == 9:
            continue
        else:
            deals = story.deals_of(activity["owner_id"])
            expected = _deal_of(deals, activity["occurred_at"])
        assert found[activity["activity_id"]] == expected, activity


def test_of_very_many_deals_the_latest_ones_are_looked_at(built: Warehouse, story: Story) -> None:
    found = dict(built.rows("select activity_id, deal_id from marts.fct_deal_activities"))
    deals = sorted(story.deals_of(9), key=lambda deal: (deal["created_at"], deal["deal_id"]))
    for activity in story.activities:
        if activity["owner_id"] == 9 and activity["deal_id"] is None:
            moment = activity["occurred_at"]
            before = [deal for deal in deals if deal["created_at"] <= moment]
            choices = {
                _deal_of(before[-looked_at:], moment) for looked_at in range(SHELF, 2 * SHELF + 1)
            }
            assert found[activity["activity_id"]] in choices


def _contacts(built: Warehouse, story: Story) -> dict[int, list[Row]]:
    deals = dict(built.rows("select activity_id, deal_id from marts.fct_deal_activities"))
    contacts: dict[int, list[Row]] = {}
    for row in story.activities:
        if row["is_contact"] and row["direction"] is not None:
            contacts.setdefault(deals[row["activity_id"]], []).append(row)
    return contacts


def _working_until(moment: datetime) -> int:
    days, rest = divmod(int((moment - START).total_seconds()), 86400)
    whole = sum(32400 for day in range(days) if (START + timedelta(days=day)).weekday() < 5)
    is_working = (START + timedelta(days=days)).weekday() < 5
    return whole + (min(rest, 32400) if is_working else 0)


def _calendar_until(moment: datetime) -> int:
    return int((moment - START).total_seconds())


CLOCKS: dict[str, Callable[[datetime], int]] = {
    "calendar": _calendar_until,
    "working": _working_until,
}


@dataclass
class Clock:
    """What a stay's clock shows, moved on from one thing that happened to the next."""

    running: int = 0
    waiting_on: str = "unknown"
    waiting_since: datetime | None = None
    holder: int | None = None
    broken_by: list[int | None] | None = None


def _watch(story: Story, contacts: dict[int, list[Row]], stay: Row) -> Clock:
    """The definition in words: the clock of the one stay, second by second where things happen."""
    limit, kind = LIMITS[stay["stage_id"]]
    start, end = stay["entered_at"], stay["left_at"] or AS_OF
    is_last_here = not any(
        other["deal_id"] == stay["deal_id"]
        and other["visit_number"] > stay["visit_number"]
        and other["entered_at"] == start
        for other in story.visits
    )

    def is_within(moment: datetime) -> bool:
        if moment == start and not is_last_here:
            return False
        return start <= moment < end or (stay["left_at"] is None and moment == end)

    steps = [
        (row["occurred_at"], 1 + (row["direction"] == "in"), row["direction"])
        for row in contacts.get(stay["deal_id"], [])
        if is_within(row["occurred_at"])
    ] + [
        (row["starts_at"], 0, row["responsible_user_id"])
        for row in story.hand_overs
        if row["deal_id"] == stay["deal_id"] and is_within(row["starts_at"])
    ]
    steps.sort(key=lambda step: step[:2])
    clock = Clock(waiting_since=start, holder=stay["responsible_user_id"])
    moments = [start, *(step[0] for step in steps), end]
    for (earlier, later), step in zip(pairwise(moments), [*steps, None], strict=True):
        if clock.waiting_on != "client":
            clock.running += CLOCKS[kind](later) - CLOCKS[kind](earlier)
        if clock.running > limit and clock.broken_by is None:
            clock.broken_by = [clock.holder]
        if step is None:
            break
        if step[1] == 0:
            clock.holder = step[2]
            continue
        waiting_on = "client" if step[2] == "out" else "manager"
        if waiting_on != clock.waiting_on:
            clock.waiting_on, clock.waiting_since = waiting_on, step[0]
    return clock


def test_the_clock_of_every_stay_is_what_a_loop_over_its_contacts_gives(
    built: Warehouse, story: Story
) -> None:
    contacts = _contacts(built, story)
    found = {
        row[:2]: row[2:]
        for row in built.rows(
            """select deal_id, visit_number, running_seconds, waiting_on, waiting_since, is_breach,
            is_warning from marts.fct_stage_sla"""
        )
    }
    stays = [stay for stay in story.visits if stay["stage_id"] in LIMITS]
    assert len(found) == len(stays) > 1000
    seen: set[tuple[str, bool]] = set()
    for stay in stays:
        limit, _ = LIMITS[stay["stage_id"]]
        clock = _watch(story, contacts, stay)
        is_warning = stay["left_at"] is None and 0.8 * limit <= clock.running <= limit
        assert found[stay["deal_id"], stay["visit_number"]] == (
            clock.running,
            clock.waiting_on,
            clock.waiting_since,
            clock.running > limit,
            is_warning,
        ), stay
        seen.add((clock.waiting_on, clock.running > limit))
    assert len(seen) == 6  # every waiting-on, kept and broken


def test_whoever_held_the_deal_when_its_clock_ran_out_answers(
    built: Warehouse, story: Story
) -> None:
    """Only where hand-overs have moments of their own: within one the order is the feed's."""
    contacts = _contacts(built, story)
    found = {
        row[:2]: row[2]
        for row in built.rows(
            "select deal_id, visit_number, answerable_user_id from marts.fct_stage_sla"
        )
    }
    compared = 0
    for stay in story.visits:
        moments = [
            row["starts_at"] for row in story.hand_overs if row["deal_id"] == stay["deal_id"]
        ]
        if stay["stage_id"] not in LIMITS or len(set(moments)) < len(moments):
            continue
        clock = _watch(story, contacts, stay)
        expected = clock.broken_by[0] if clock.broken_by else clock.holder
        assert found[stay["deal_id"], stay["visit_number"]] == expected, stay
        compared += 1
    assert compared > 500
