"""Shares of touches and kopecks of credits against the definitions in plain Python."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dbt.conftest import PROJECT
from tests.dbt.rendering import render

SETTINGS: dict[str, Any] = {
    "attribution_window_end": "deal_creation",
    "attribution_lookback_days": 90,
    "attribution_weak_channels": ["direct", "unknown", "unassigned"],
}
RULES = (
    *("first", "last", "last_non_direct", "linear", "position_40_20_40", "time_decay"),
    *("w_shaped", "u_first_leadcreate"),
)
DATA_DRIVEN = ("markov_1", "markov_2", "shapley")
MODELS = (*RULES, *DATA_DRIVEN, "deal_source")
CHANNELS = ["paid_search", "email", "direct", "calls", "unknown"]
WORTH = {"paid_search": 0.7, "email": 0.2, "direct": 0.1, "calls": 0.0}
CREATED = datetime.fromisoformat("2026-06-01T12:00")
STEPS = ("paths", "touch_weights", "data_driven_weights")

# (seconds before the deal, channel, whether it is an inquiry)
Touch = tuple[int, str, bool]


@dataclass(frozen=True)
class Payment:
    """Kopecks, negative for a refund, of a deal or of none."""

    kopecks: int
    deal_id: int | None


@dataclass(frozen=True)
class Company:
    """Touches of deals 1, 2, …, each of a person of its own, and what customers paid."""

    paths: Sequence[Sequence[Touch]]
    payments: Sequence[Payment]


touches = st.tuples(st.integers(0, 80 * 86_400), st.sampled_from(CHANNELS), st.booleans())
paths = st.lists(touches, max_size=7, unique_by=lambda touch: touch[0])
kopecks = st.one_of(st.integers(1, 300), st.integers(-(10**8), 10**8), st.just(10**15 - 1))


@st.composite
def companies(draw: st.DrawFn) -> Company:
    all_paths = draw(st.lists(paths, min_size=1, max_size=4))
    deal_ids = st.one_of(st.none(), st.integers(1, len(all_paths)))
    payments = draw(st.lists(st.builds(Payment, kopecks, deal_ids), min_size=1, max_size=6))
    return Company(all_paths, payments)


class Engine:
    """A connection and the models' SQL; no dataclass, or hypothesis would print all of it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, queries: dict[str, str]) -> None:
        self.connection = connection
        self.queries = queries

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    queries = {name: _query(name) for name in (*STEPS, "credits")}
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield Engine(connection, queries)


@cache
def _query(name: str, half_life: float = 7.0) -> str:
    path = f"intermediate/attribution/int_attribution__{name}.sql"
    if name == "credits":
        path = "marts/attribution/fct_attribution_credits.sql"
    model = (PROJECT / "models" / path).read_text(encoding="utf-8")
    # outside dbt a macro gives a text, and lists are wanted
    model = model.replace("rule_models()", str([*RULES]))
    model = model.replace("single_touch_models()", str([*RULES[:3]]))
    model = model.replace("data_driven_models()", str([*DATA_DRIVEN]))
    variables = SETTINGS | {"attribution_half_life_days": half_life}
    return render(model, **variables).strip()


def _build(engine: Engine, company: Company, order: int = 1) -> None:
    """All tables of a company; ``order`` -1 has every row of the inputs in the other order."""
    deals, persons, facts, money = [], [], [], []
    for deal_id, path in enumerate(company.paths, start=1):
        deals.append((1, deal_id, "email", "mailer", f"k{deal_id}", CREATED, None, None))
        persons.append((1, deal_id, 100 + deal_id, True))
        for seconds, channel, is_inquiry in path:
            moment = CREATED - timedelta(seconds=seconds)
            inquiry_at = moment if is_inquiry else None
            touch_id = f"{deal_id}:{seconds:07}"
            facts.append(
                (1, touch_id, 100 + deal_id, moment, "visit", channel, "p", "k", None, inquiry_at)
            )
    for number, payment in enumerate(company.payments):
        amount = Decimal(payment.kopecks) / 100
        net = (amount * 5 / 6).quantize(Decimal("0.01"), ROUND_HALF_UP)
        bucket = "unallocated_no_candidate" if payment.deal_id is None else "allocated"
        channel = "unallocated" if payment.deal_id is None else "email"
        kind = "customer_payment" if payment.kopecks >= 0 else "customer_refund"
        day = date(2026, 6, 2)
        money.append(
            (
                *(1, f"p{number}", payment.deal_id, bucket, channel, kind, amount, net, "RUB"),
                *(day, day.replace(day=1), day.replace(day=1)),
            )
        )
    worths = [
        (1, model, channel, share, model == "markov_2")
        for model in DATA_DRIVEN
        for channel, share in WORTH.items()
    ]
    _fill(
        engine,
        "fct_deals",
        "account_id bigint, deal_id bigint, channel text, placement text, campaign_key text,"
        " created_at timestamp, closed_at timestamp, first_paid_on date",
        deals[::order],
    )
    _fill(
        engine,
        "int_identity__person_deals",
        "account_id bigint, deal_id bigint, person_id bigint, is_main boolean",
        persons[::order],
    )
    _fill(
        engine,
        "fct_touchpoints",
        "account_id bigint, touch_id text, person_id bigint, touched_at timestamp, kind text,"
        " channel text, placement text, campaign_key text, deal_id bigint, inquiry_at timestamp",
        facts[::order],
    )
    _fill(
        engine,
        "int_money__customer_money",
        "account_id bigint, payment_id text, deal_id bigint, bucket text, channel text,"
        " payment_class text, amount decimal(18, 2), amount_net decimal(18, 2), currency text,"
        " booked_on date, cash_month date, cohort_month date",
        money[::order],
    )
    _fill(
        engine,
        "int_attribution__data_driven",
        "account_id bigint, model text, channel text, share double, is_withheld boolean",
        worths[::order],
    )
    engine.connection.execute(
        "create or replace table fct_payment_allocations as"
        " select account_id, deal_id, amount from int_money__customer_money"
        " where bucket = 'allocated'"
    )
    for name in STEPS:
        engine.connection.execute(
            f"create or replace table int_attribution__{name} as {engine.queries[name]}"
        )
    engine.connection.execute(f"create or replace table credits as {engine.queries['credits']}")


def _fill(engine: Engine, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    engine.connection.execute(f"create or replace table {table} ({columns})")
    if rows:
        engine.connection.executemany(
            f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows
        )


def shares_of(path: Sequence[Touch]) -> dict[str, list[Fraction | float]]:
    """Every touch's share, by the words of the definitions; ``path`` is in order of time."""
    count = len(path)
    strong = [place for place, touch in enumerate(path) if touch[1] not in ("direct", "unknown")]
    lead = next((place for place, touch in enumerate(path) if touch[2]), None)
    decays = [2.0 ** (-touch[0] / (7 * 86_400)) for touch in path]
    ends = {0: Fraction(4, 10), count - 1: Fraction(4, 10)}
    between = Fraction(2, 10 * max(count - 2, 1))
    return {
        "first": [Fraction(place == 0) for place in range(count)],
        "last": [Fraction(place == count - 1) for place in range(count)],
        "last_non_direct": [
            Fraction(place == (strong[-1] if strong else count - 1)) for place in range(count)
        ],
        "linear": [Fraction(1, count)] * count,
        "position_40_20_40": [Fraction(1, count)] * count
        if count <= 2
        else [ends.get(place, between) for place in range(count)],
        "time_decay": [decay / sum(decays) for decay in decays],
        "w_shaped": _milestones(count, [0, lead, count - 1], 30, 10),
        "u_first_leadcreate": _milestones(count, [0, lead], 40, 20),
    }


def _milestones(
    count: int, milestones: Sequence[int | None], part: int, rest: int
) -> list[Fraction | float]:
    parts = [Fraction(part * milestones.count(place)) for place in range(count)]
    others = parts.count(Fraction(0))
    parts = [one or Fraction(rest, others) for one in parts]
    return [one / sum(parts) for one in parts]


def split(kopecks: int, weights: Sequence[Decimal]) -> list[int]:
    """Whole kopecks by largest remainder; of equal ones the earlier touch."""
    exact = [abs(kopecks) * weight for weight in weights]
    whole = [int(one) for one in exact]
    # weights of twelve digits may miss a very large sum by more kopecks than there are touches
    each, left = divmod(abs(kopecks) - sum(whole), len(weights))
    ranked = sorted(range(len(weights)), key=lambda place: (whole[place] - exact[place], place))
    for rank, place in enumerate(ranked):
        whole[place] += each + (rank < left)
    return [one if kopecks >= 0 else -one for one in whole]


@settings(max_examples=30, deadline=None)
@given(company=companies())
def test_credits_are_the_payments_shared_by_the_definitions(
    engine: Engine, company: Company
) -> None:
    _build(engine, company)
    credited: dict[tuple[str, str], list[tuple[int | None, Decimal, int, int, str]]]
    credited = defaultdict(list)
    for model, payment_id, position, weight, amount, net, channel in engine.rows(
        """select model, payment_id, position, weight, cast(amount * 100 as bigint),
            cast(amount_net * 100 as bigint), channel
        from credits order by model, payment_id, position"""
    ):
        share = Decimal(weight).quantize(Decimal("1e-12"))
        credited[model, payment_id].append((position, share, amount, net, channel))
    for number, payment in enumerate(company.payments):
        path: list[Touch] = []
        if payment.deal_id is not None:
            path = sorted(company.paths[payment.deal_id - 1], reverse=True)
        net_amount = (Decimal(payment.kopecks) * 5 / 6).quantize(Decimal(1), ROUND_HALF_UP)
        for model in MODELS:
            rows = credited.pop((model, f"p{number}"))
            assert sum(row[2] for row in rows) == payment.kopecks
            assert sum(row[3] for row in rows) == net_amount
            assert abs(sum((row[1] for row in rows), Decimal(-1))) < Decimal("1e-9")
            if payment.deal_id is None:
                assert [row[4] for row in rows] == ["unallocated"]
            elif model == "deal_source":
                assert [row[4] for row in rows] == ["email"]
            elif not path or model == "markov_2":
                assert [row[4] for row in rows] == ["unexplained"]
            else:
                assert [row[2] for row in rows] == split(payment.kopecks, [row[1] for row in rows])
                assert [row[4] for row in rows] == [path[row[0] - 1][1] for row in rows if row[0]]
                _check_shares(model, path, {row[0]: row[1] for row in rows if row[0]})
    assert not credited


def _check_shares(model: str, path: Sequence[Touch], found: dict[int, Decimal]) -> None:
    if model in RULES:
        expected = shares_of(path)[model]
    else:
        present = {touch[1] for touch in path}
        worth = {channel: WORTH.get(channel, 0.0) for channel in present}
        if not any(worth.values()):
            worth = dict.fromkeys(present, 1.0)
        told = [touch[1] for touch in path]
        expected = [worth[one] / sum(worth.values()) / told.count(one) for one in told]
    for position, share in enumerate(expected, start=1):
        assert abs(float(found.get(position, Decimal(0))) - float(share)) < 2e-12


@settings(max_examples=10, deadline=None)
@given(company=companies())
def test_the_order_of_rows_changes_nothing(engine: Engine, company: Company) -> None:
    _build(engine, company)
    forth = engine.rows("select * from credits order by all")
    _build(engine, company, order=-1)
    assert engine.rows("select * from credits order by all") == forth


@settings(max_examples=10, deadline=None)
@given(company=companies())
def test_a_refund_takes_back_what_its_payment_gave(engine: Engine, company: Company) -> None:
    returned = [Payment(-payment.kopecks, payment.deal_id) for payment in company.payments]
    _build(engine, Company(company.paths, [*company.payments, *returned]))
    not_mirrored = engine.rows(
        """select model, deal_id, touch_id, channel from credits
        group by all having sum(amount) <> 0 or sum(amount_net) <> 0"""
    )
    assert not_mirrored == []


@settings(max_examples=10, deadline=None)
@given(path=st.lists(touches, min_size=1, max_size=2, unique_by=lambda touch: touch[0]))
def test_models_agree_on_short_paths(engine: Engine, path: list[Touch]) -> None:
    _build(engine, Company([path], [Payment(10_001, 1)]))
    weights = engine.rows(
        f"select {', '.join(f'{rule}_weight' for rule in RULES)}"
        " from int_attribution__touch_weights order by position"
    )
    if len(path) == 1:
        assert set(weights[0]) == {1}
    else:
        place = RULES.index("linear"), RULES.index("position_40_20_40")
        assert [row[place[0]] for row in weights] == [row[place[1]] for row in weights]


@settings(max_examples=6, deadline=None)
@given(path=paths.filter(bool))
@pytest.mark.parametrize(("half_life", "like"), [(1e18, "linear"), (1e-9, "last")])
def test_half_lives_at_the_ends(
    engine: Engine, half_life: float, like: str, path: list[Touch]
) -> None:
    weights = _query("touch_weights", half_life)
    _build(
        Engine(engine.connection, engine.queries | {"touch_weights": weights}),
        Company([path], [Payment(1, 1)]),
    )
    different = engine.rows(
        f"select * from int_attribution__touch_weights where time_decay_weight <> {like}_weight"
    )
    assert different == []
