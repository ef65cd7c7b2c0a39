"""The forecast against a simulated company of which every chance is known.

Deals enter stage A; half of them are hopeless and stay long, the others move on soon, so the chance
falls with age. B and C have no memory. Sales are paid after the win, some in two halves.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.dbt.conftest import Warehouse, run_dbt

AS_OF = datetime(2026, 3, 31, 20, tzinfo=UTC)
CUT = datetime(2026, 1, 31, 20, 59, 59, tzinfo=UTC)  # the last second of January in Moscow
START, DAYS = datetime(2024, 4, 1, tzinfo=UTC), 735
STAGES = {"A": 11, "B": 12, "C": 13}
WON, LOST = 142, 143
HOPEFUL, SOON, LONG = 0.5, 3.0, 20.0  # share, mean days in A of hopeful and of hopeless deals
FROM_A, FROM_B, FROM_C = 0.8, 0.6, 0.8
DAYS_B, DAYS_C = 8.0, 12.0
BIG, SMALL = 1, range(2, 42)  # accounts
MODELS = ("int_funnel__forecast_*", "fct_deal_forecast", "rpt_forecast", "rpt_forecast_backtest")
AGES = [0, 2, 5, 10, 20, 40, 80]


@dataclass
class Company:
    deals: list[dict[str, Any]]
    visits: list[dict[str, Any]]
    payments: list[dict[str, Any]]


def simulate(seed: int) -> Company:
    rng = Random(seed)
    company = Company([], [], [])
    for account in (BIG, *SMALL):
        for _ in range(9000 if account == BIG else 1500):
            _live(rng, company, account)
    return company


def _live(rng: Random, company: Company, account: int) -> None:
    deal: dict[str, Any] = {
        "account_id": account,
        "deal_id": len(company.deals) + 1,
        "price": round(math.exp(rng.gauss(11, 0.6)), 2),
        "currency": "RUB",
        "responsible_user_id": 501,
    }
    company.deals.append(deal)
    at, path = START + timedelta(days=rng.random() * DAYS), list(_path(rng))
    for number, (stage, days) in enumerate(path, start=1):
        left = None if days is None else at + timedelta(seconds=max(1, int(days * 86400)))
        company.visits.append(
            {
                **{key: deal[key] for key in ("account_id", "deal_id")},
                "visit_number": number,
                "pipeline_id": 1,
                "stage_id": stage,
                "from_pipeline_id": 1 if number > 1 else None,
                "is_won": stage == WON,
                "is_lost": stage == LOST,
                "is_deleted": False,
                "is_unbroken": True,
                "entered_at": at.replace(tzinfo=None),
                "left_at": None if left is None else left.replace(tzinfo=None),
            }
        )
        at = left or at
    if path[-1][0] == WON:
        parts = [1.0] if rng.random() < 0.7 else [0.5, 0.5]
        paid_at = at + timedelta(days=rng.random() * 25)
        for number, part in enumerate(parts):
            company.payments.append(
                {
                    **{key: deal[key] for key in ("account_id", "deal_id")},
                    "amount": round(deal["price"] * part, 2),
                    "booked_on": (paid_at + timedelta(days=20 * number)).date(),
                }
            )


def _path(rng: Random) -> Iterator[tuple[int, float | None]]:
    """Stages and days in them, down to the end."""
    hopeful = rng.random() < HOPEFUL
    yield STAGES["A"], rng.expovariate(1 / (SOON if hopeful else LONG))
    if hopeful and rng.random() < FROM_A:
        yield STAGES["B"], rng.expovariate(1 / DAYS_B)
        if rng.random() < FROM_B:
            yield STAGES["C"], rng.expovariate(1 / DAYS_C)
            if rng.random() < FROM_C:
                yield WON, None
                return
    yield LOST, None


def true_chance(stage: int, start: float, end: float) -> float:
    """Of a deal met at a random moment in the stage, between two ages in days."""
    if stage != STAGES["A"]:
        return FROM_B * FROM_C if stage == STAGES["B"] else FROM_C

    def time_spent(mean: float) -> float:
        return mean * (math.exp(-start / mean) - math.exp(-end / mean))

    hopeful, hopeless = HOPEFUL * time_spent(SOON), (1 - HOPEFUL) * time_spent(LONG)
    return hopeful / (hopeful + hopeless) * FROM_A * FROM_B * FROM_C


def cut_at(company: Company, moment: datetime) -> Company:
    """What of the company could be known at a moment."""
    naive = moment.replace(tzinfo=None)
    visits = [
        visit | ({"left_at": None} if visit["left_at"] and visit["left_at"] > naive else {})
        for visit in company.visits
        if visit["entered_at"] <= naive
    ]
    known = {visit["deal_id"] for visit in visits}
    day = (moment + timedelta(hours=3)).date()
    return Company(
        [deal for deal in company.deals if deal["deal_id"] in known],
        visits,
        [payment for payment in company.payments if payment["booked_on"] <= day],
    )


def build(company: Company, as_of: datetime, folder: Path) -> Warehouse:
    """The forecast's models alone, on the tables that they read."""
    for visit in company.visits:
        if visit["left_at"] is not None:
            lasted = visit["left_at"] - visit["entered_at"]
            visit["dwell_seconds"] = int(lasted.total_seconds())
        else:
            visit["dwell_seconds"] = None
    path = folder / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema intermediate; create schema staging")
        tables = {
            "int_funnel__described_visits": company.visits,
            "int_crm__deals": company.deals,
            "int_money__allocated_payments": company.payments,
        }
        for name, rows in tables.items():
            frame = pa.Table.from_pylist(rows)
            connection.register("frame", frame)
            connection.execute(f"create table intermediate.{name} as select * from frame")
            connection.unregister("frame")
        for column in ("price", "amount"):
            table = "int_crm__deals" if column == "price" else "int_money__allocated_payments"
            connection.execute(
                f"alter table intermediate.{table} alter {column} type decimal(18, 2)"
            )
        connection.execute(
            """create table intermediate.int_funnel__stages as
            select distinct account_id, pipeline_id, stage_id, 'Sales' as pipeline_name,
            stage_id::varchar as stage_name from intermediate.int_funnel__described_visits;
            create table staging.stg_amocrm__events (account_id bigint, event_id varchar,
            event_type varchar, entity_type varchar, entity_id bigint,
            before_price decimal(18, 2), created_at timestamp)"""
        )
    log = run_dbt(path, folder, "run", "--select", *MODELS, as_of=as_of.isoformat())
    return Warehouse(path, log)


@pytest.fixture(scope="module")
def company() -> Company:
    whole = simulate(11)
    return cut_at(whole, AS_OF)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    return tmp_path_factory.mktemp


@pytest.fixture(scope="module")
def built(company: Company, folder: Callable[[str], Path]) -> Warehouse:
    return build(company, AS_OF, folder("forecast"))


def test_chances_are_the_true_ones(built: Warehouse) -> None:
    rows = built.rows(
        f"""select stage_id, age_class, chance, seen
        from intermediate.int_funnel__forecast_chances
        where account_id = {BIG} and origin_number = 7 and seen >= 300"""
    )
    assert len(rows) >= 12
    edges = [*AGES, math.inf]
    for stage, age, chance, seen in rows:
        truth = true_chance(stage, edges[age], edges[age + 1])
        # three standard errors, and a hundredth for being drawn towards the stage's share
        bound = 3 * math.sqrt(truth * (1 - truth) / seen) + 0.01
        assert abs(chance - truth) <= bound, (stage, age, chance, truth, seen)


def test_the_naive_rate_is_wrong_where_age_tells(built: Warehouse) -> None:
    naive, fresh, old = built.rows(
        f"""select max(naive_chance), max(chance) filter (where age_class = 0),
            max(chance) filter (where age_class = 4)
        from intermediate.int_funnel__forecast_chances
        where account_id = {BIG} and origin_number = 7 and stage_id = {STAGES["A"]}"""
    )[0]
    assert old < naive / 4
    assert fresh > naive * 0.8


def test_intervals_hold_what_came_as_often_as_they_say(built: Warehouse) -> None:
    # 41 companies x 6 months: by chance an interval of 80 % holds 197 +- 6 of 246, and the error of
    # all together is 0.025 of what was paid; the bounds are three times that
    tried, held, error, paid = built.rows(
        """select count(*), count(*) filter (where is_within_interval), sum(error_amount),
            sum(actual_amount)
        from marts.rpt_forecast_backtest where months_ahead = 0 and status = 'measured'"""
    )[0]
    assert tried == 246
    assert 0.72 <= held / tried <= 0.88
    assert abs(error / paid) <= 0.075


def test_the_month_after_is_forecast_without_bias(built: Warehouse) -> None:
    bias = built.value(
        """select sum(error_amount) / sum(actual_amount)
        from marts.rpt_forecast_backtest where months_ahead = 1"""
    )
    assert abs(bias) <= 0.1


def test_a_trial_knows_nothing_of_what_came_after(
    built: Warehouse, company: Company, folder: Callable[[str], Path]
) -> None:
    then = build(cut_at(company, CUT), CUT, folder("then"))
    query = """select account_id, month, round(p10_amount, 2), round(p50_amount, 2),
        round(p90_amount, 2) from intermediate.int_funnel__forecast_months
        where origin_number = {} order by account_id, month"""
    expected = then.rows(query.format(7))
    assert len(expected) > 40
    assert built.rows(query.format(6)) == expected
    assert then.value("select max(month) from marts.rpt_forecast_backtest") == date(2025, 12, 1)


def test_the_forecast_says_how_wrong_it_was(built: Warehouse) -> None:
    rows = built.rows(
        f"""select months_ahead, backtest_status, backtest_months, backtest_mape is not null
        from marts.rpt_forecast where account_id = {BIG} order by months_ahead"""
    )
    assert rows[:2] == [(0, "measured", 6, True), (1, "measured", 5, True)]
    # six months tell of a forecast six months ahead once at most
    assert rows[-1][1:] == ("history_too_short", 0, False)


def test_money_of_every_open_deal_is_in_the_report(built: Warehouse) -> None:
    assert built.rows(
        """select account_id, count(*), sum(weighted_amount) from marts.fct_deal_forecast
        group by account_id order by account_id"""
    ) == built.rows(
        """select account_id, sum(deals), sum(weighted_amount) from marts.rpt_forecast
        group by account_id order by account_id"""
    )
