"""What holds of matching for any payments and deals: nothing is lost or shared out twice."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt.rendering import render, render_model

START = date(2026, 1, 1)
INNS = ["7707083893", "7736050003", None]
NAMES = ["иванова анна", "анна петрова", "ромашка", None]
SUMS = [Decimal(text) for text in ("50.00", "100.00", "150.01", "200.01", "250.01")]
TOKENS = ["1", "2", "3", "11", "12"]
VARIABLES = {
    "company_language": "ru",
    "company_currency": "RUB",
    "vat_policy": "net",
    "match_days_before": 60,
    "match_days_after": 30,
    "invoice_age_months": 12,
}
MODELS = [
    *(f"int_money__candidates_{kind}" for kind in ("manual", "by_number", "by_inn", "of_refunds")),
    *("int_money__candidates_for_review", "int_money__payment_candidates"),
    "int_money__allocated_payments",
]
COLUMNS = {
    "int_money__candidate_payments": """payment_id varchar, payment_class varchar,
        external_deal_id varchar, payer_inn varchar, payer_account varchar, payer_name varchar,
        purpose varchar, vat_rate decimal(5, 4), amount decimal(18, 2), currency varchar,
        booked_on date""",
    "int_money__candidate_deals": """account_id bigint, deal_id bigint, source_deal_id varchar,
        inn varchar, contact_name varchar, company_name varchar, price decimal(18, 2),
        currency varchar, is_deleted boolean, created_on date, closed_on date""",
    "int_money__invoice_tokens": """owner_type varchar, account_id bigint, owner_id varchar,
        kind_rank integer, token varchar""",
    "int_money__deal_number_tokens": "payment_id varchar, token varchar",
    "payment_matches": """payment_id varchar, deal_id varchar, amount decimal(18, 2),
        note varchar""",
}
Rows = dict[str, list[tuple[Any, ...]]]


@cache
def statements() -> tuple[str, ...]:
    """The cascade as tables, and what feeds the ledger of customers' money."""
    built = [
        f"create or replace table {model} as "
        + render_model(f"intermediate/money/{model}.sql", **VARIABLES)
        for model in MODELS
    ]
    net = render("{{ without_vat('amount', 'vat_rate') }}")
    marts = [
        f"""create or replace table fct_payments as
        select 1::bigint as account_id, *, {net} as amount_net
        from int_money__candidate_payments""",
        """create or replace table fct_payment_allocations as
        select * from int_money__allocated_payments""",
        """create or replace table fct_deals as select account_id, deal_id, 'calls' as channel,
        'won' as status, created_on from int_money__candidate_deals""",
        "create or replace table int_money__customer_money as "
        + render_model("intermediate/money/int_money__customer_money.sql", **VARIABLES),
    ]
    return (*built, *marts)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("set threads = 1")
        for table, columns in COLUMNS.items():
            opened.execute(f"create table {table} ({columns})")
        yield opened


def matched(connection: duckdb.DuckDBPyConnection, rows: Rows) -> dict[str, list[tuple[Any, ...]]]:
    for table, values in rows.items():
        connection.execute(f"delete from {table}")
        if values:
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f"insert into {table} values ({marks})", values)
    for statement in statements():
        connection.execute(statement)
    tables = ("int_money__payment_candidates", "int_money__customer_money")
    return {
        table: connection.execute(f"select * from {table} order by all").fetchall()
        for table in tables
    }


days = st.integers(0, 120).map(lambda number: START + timedelta(days=number))


@st.composite
def companies(draw: st.DrawFn) -> Rows:
    """Few deals, payments, numbers and sums, so that everything collides with everything."""
    deals: list[tuple[Any, ...]] = []
    payments: list[tuple[Any, ...]] = []
    tokens: list[tuple[Any, ...]] = []
    numbers: list[tuple[Any, ...]] = []
    matches: list[tuple[Any, ...]] = []
    for deal in range(1, draw(st.integers(1, 6)) + 1):
        created, closed = draw(days), draw(st.none() | days)
        inn, name = draw(st.sampled_from(INNS)), draw(st.sampled_from(NAMES))
        price = draw(st.sampled_from([*SUMS, Decimal(0)]))
        is_deleted = draw(st.integers(0, 4)) == 0
        deals.append(
            (1, deal, str(deal), inn, name, None, price, "RUB", is_deleted, created, closed)
        )
        for token in draw(st.sets(st.sampled_from(TOKENS), max_size=2)):
            tokens.append(("deal", 1, str(deal), 1, token))
    ids = [str(deal[1]) for deal in deals]
    for number in range(draw(st.integers(1, 10))):
        payment, sign = f"p{number}", draw(st.sampled_from([1, 1, 1, -1]))
        told = draw(st.none() | st.none() | st.sampled_from([*ids, "99"]))
        kind = "customer_payment" if sign > 0 else "customer_refund"
        inn, name = draw(st.sampled_from(INNS)), draw(st.sampled_from(NAMES))
        account = draw(st.sampled_from(["40817", None]))
        vat = draw(st.sampled_from([Decimal(0), Decimal("0.22")]))
        amount = sign * draw(st.sampled_from(SUMS))
        payments.append(
            (payment, kind, told, inn, account, name, None, vat, amount, "RUB", draw(days))
        )
        for token in draw(st.sets(st.sampled_from(TOKENS), max_size=2)):
            tokens.append(("payment", None, payment, draw(st.integers(1, 2)), token))
        if draw(st.integers(0, 5)) == 0:
            numbers.extend(
                (payment, token) for token in draw(st.sets(st.sampled_from(ids), max_size=2))
            )
        if draw(st.integers(0, 4)) == 0:
            part = st.none() | st.sampled_from([*SUMS, Decimal("0.01")])
            for deal_id in draw(st.sets(st.sampled_from([*ids, None, "99"]), max_size=3)):
                matches.append((payment, deal_id, draw(part), None))
    return {
        "int_money__candidate_payments": payments,
        "int_money__candidate_deals": deals,
        "int_money__invoice_tokens": tokens,
        "int_money__deal_number_tokens": numbers,
        "payment_matches": matches,
    }


def shuffled(rows: Rows, seed: int) -> Rows:
    rng = random.Random(seed)
    return {table: rng.sample(values, len(values)) for table, values in rows.items()}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(companies(), st.integers(0, 9))
def test_money_is_whole_and_the_order_of_rows_changes_nothing(
    connection: duckdb.DuckDBPyConnection, rows: Rows, seed: int
) -> None:
    found = matched(connection, rows)
    odd = connection.execute(
        """select payment_id from fct_payments as p
        left join (
            select payment_id, sum(amount_gross) as gross, sum(amount_net) as net,
                sum(amount) as by_policy, sum(abs(amount_gross)) as size
            from int_money__customer_money group by payment_id
        ) as m using (payment_id)
        where m.gross is distinct from p.amount or m.net is distinct from p.amount_net
            or m.by_policy is distinct from p.amount_net
            -- no part has the other sign, so that no deal gets more than the payment brought
            or m.size is distinct from abs(p.amount)"""
    ).fetchall()
    assert odd == []
    chosen = connection.execute(
        """select payment_id from int_money__payment_candidates
        group by payment_id having count(distinct method) filter (where is_chosen) > 1
            or (bool_or(is_chosen) and not bool_and(is_chosen))"""
    ).fetchall()
    assert chosen == []
    decided = connection.execute(
        """select distinct m.payment_id from payment_matches as m
        left join int_money__candidate_deals as d on m.deal_id = d.source_deal_id
        where m.deal_id is null or d.deal_id is not null
        except select payment_id from int_money__payment_candidates where method = 'manual'"""
    ).fetchall()
    assert decided == []  # a person's word goes before every rule
    assert matched(connection, shuffled(rows, seed)) == found
