"""Fills the marts of the sales department with ``department_rows``."""

from datetime import datetime
from decimal import Decimal

import duckdb

from tests.reporting.department_rows import (
    AHEAD,
    BUCKETS,
    CREDIT,
    FORECAST,
    HABITS,
    INQUIRIES,
    LINT,
    LOSSES,
    MASS,
    PAID_PART,
    PAST,
    STANDARDS,
    STUCK,
    WAITING,
    WINDOWS,
    WITHOUT_STANDARD,
    WON_PRICE,
)
from tests.reporting.rows import MONTHS

_FOREIGN = "EUR"


def fill(con: duckdb.DuckDBPyConnection) -> None:
    _fill_deals(con)
    _fill_people(con)
    _fill_standards(con)
    _fill_hanging(con)
    _fill_losses(con)
    _fill_outlook(con)


def _put(con: duckdb.DuckDBPyConnection, mart: str, *values: object) -> None:
    con.execute(f"insert into marts.{mart} values ({', '.join('?' * len(values))})", list(values))


def _fill_deals(con: duckdb.DuckDBPyConnection) -> None:
    """One won deal has all the money; a deleted one and one in euros are not to be added."""
    insert = (
        "insert into marts.fct_deals (account_id, deal_id, status, price, currency, is_deleted)"
    )
    for number, (price, currency, is_deleted) in enumerate(
        ((WON_PRICE, "RUB", False), ("777.00", "RUB", True), ("10.00", _FOREIGN, False))
    ):
        con.execute(
            f"{insert} values (10, ?, 'won', ?, ?, ?)", [3000 + number, price, currency, is_deleted]
        )
    for number in range(sum(row[2] for row in LOSSES)):
        con.execute(f"{insert} values (10, ?, 'lost', null, 'RUB', false)", [4000 + number])
    con.execute(f"{insert} values (10, 5000, 'lost', null, 'RUB', true)")


def _fill_people(con: duckdb.DuckDBPyConnection) -> None:
    for (user, name), texts in CREDIT.items():
        prices = [Decimal(text) for text in texts]
        early = [(price / 3).quantize(Decimal("0.01")) for price in prices]
        late = [price - part for price, part in zip(prices, early, strict=True)]
        for month, amounts in zip(MONTHS, (early, late), strict=False):
            paid = [(amount * PAID_PART).quantize(Decimal("0.01")) for amount in amounts]
            _put(con, "rpt_manager_credit", 10, user, name, month, "RUB", *amounts, *paid)
    euros = [Decimal(10)] * 8
    _put(con, "rpt_manager_credit", 10, 21, "Анна Соколова", MONTHS[0], _FOREIGN, *euros)
    for (user, name), months in HABITS.items():
        for month, counts in zip(MONTHS, months, strict=False):
            _put(con, "rpt_manager_habits", 10, user, name, month, *counts)
    seen = datetime(2026, 10, 20, 22, 30)  # noqa: DTZ001  (the mart holds UTC without a zone)
    for number, (actor, kind, target, origins, changes, deals, price) in enumerate(MASS):
        row = (actor, kind, target, origins, changes, deals, price, seen)
        _put(con, "fct_mass_changes", 10, f"mass-{number}", *row)


def _fill_standards(con: duckdb.DuckDBPyConnection) -> None:
    for waiting_on, deals, over, near, price in WAITING:
        for number in range(deals):
            flags = (True, number < over, over <= number < over + near, False)
            _put(con, "fct_stage_sla", 10, number, waiting_on, *flags, price, "RUB")
    for is_open, is_deleted, currency in ((False, False, "RUB"), (True, True, "RUB")):
        _put(con, "fct_stage_sla", 10, 1, "client", is_open, True, False, is_deleted, 1, currency)
    people = dict(CREDIT.keys())
    for stage, name, clock, limit, rows in STANDARDS:
        for month, (user, *counts, price) in zip(MONTHS, rows, strict=False):
            who = (10, 1, stage, user, "Продажи", name, people[user], clock, limit, month)
            _put(con, "rpt_sla_by_manager", *who, *counts, price, "RUB")
        _put(con, "rpt_sla_coverage", 10, 1, name, stage, 5, True)
    for order, name in enumerate(WITHOUT_STANDARD):
        _put(con, "rpt_sla_coverage", 10, 1, name, order, 9 - order, False)


def _fill_hanging(con: duckdb.DuckDBPyConnection) -> None:
    for number, (name, url, reason, age, norm, clock, waiting_on, price) in enumerate(STUCK):
        where = ("Продажи", "Квалификация", "Анна Соколова", reason, age, norm, clock, waiting_on)
        _put(con, "rpt_stuck_deals", 10, 500 + number, name, url, *where, price, "RUB")
    for number, (stage, score, deals, neglected, price) in enumerate(BUCKETS):
        row = (10, 1, number, "Продажи", stage, score, deals, neglected, price, "RUB")
        _put(con, "rpt_bucket_stages", *row)


def _fill_losses(con: duckdb.DuckDBPyConnection) -> None:
    for reason, is_other, deals, money in LOSSES:
        part, some = deals // 3, (Decimal(money) / 3).quantize(Decimal("0.01"))
        for month, count, amount in (
            (MONTHS[0], part, some),
            (MONTHS[1], deals - part, Decimal(money) - some),
        ):
            row = (10, 1, reason, is_other, month, count, amount, "RUB")
            _put(con, "rpt_loss_reasons", *row)
    for number, (severity, rule, title, advice, stage, evidence, deals, money) in enumerate(LINT):
        place = (10, 1, number if stage else 0, rule, severity, "Продажи", stage or "__all__")
        words = (title, evidence, advice, "RUB", money, number, deals)
        _put(con, "rpt_pipeline_lint", *place, *words)


def _fill_outlook(con: duckdb.DuckDBPyConnection) -> None:
    for month, row in zip(AHEAD, FORECAST, strict=True):
        _put(con, "rpt_forecast", 10, "RUB", month, *row)
    for row in PAST:
        _put(con, "rpt_forecast_backtest", 10, "RUB", "measured", *row)
    nothing = (None,) * 8
    _put(con, "rpt_forecast_backtest", 10, "RUB", "history_too_short", 0, MONTHS[0], *nothing)
    for name, count in INQUIRIES.items():
        for month, number in ((MONTHS[0], count // 3), (MONTHS[1], count - count // 3)):
            _put(con, "rpt_inquiries", 10, month, "in", name, number)
        _put(con, "rpt_inquiries", 10, MONTHS[0], "out", name, 1000)
    early = [count // 3 for count in WINDOWS]
    _put(con, "rpt_inquiry_sensitivity", 10, MONTHS[0], *early)
    late = [count - part for count, part in zip(WINDOWS, early, strict=True)]
    _put(con, "rpt_inquiry_sensitivity", 10, MONTHS[1], *late)
