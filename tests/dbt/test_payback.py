"""Costs of goods and of marketing are cut into parts that sum to the whole."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dbt.rendering import render, render_model

KOPECK = Decimal("0.01")


@cache
def _part() -> str:
    return render(
        "select {{ part_of_money('w', 'p', 't') }} from (select cast($w as decimal(18, 2)) as w,"
        " cast($p as decimal(18, 2)) as p, cast($t as decimal(18, 2)) as t)"
    )


@cache
def _cogs_of_payments() -> str:
    return render_model("intermediate/money/int_money__cogs_of_payments.sql")


@cache
def _days() -> str:
    return render(
        """select
            sum(
                {{ part_of_money('amount', 'day', 'days') }}
                - {{ part_of_money('amount', 'day - 1', 'days') }}
            ),
            max(abs({{ part_of_money('amount', 'day', 'days') }} - amount * day / days))
        from (
            select unnest(range(1, $days + 1)) as day, $days as days,
                cast($amount as decimal(18, 2)) as amount
        )"""
    )


amounts = st.integers(1, 10**13).map(lambda kopecks: Decimal(kopecks) / 100)


@given(whole=amounts, total=amounts, share=st.integers(0, 10**6), sign=st.sampled_from([1, -1]))
@settings(max_examples=100, deadline=None)
def test_a_part_is_rounded_half_away_from_zero(
    whole: Decimal, total: Decimal, share: int, sign: int
) -> None:
    part = (total * share / 10**6).quantize(KOPECK)
    row = duckdb.execute(_part(), {"w": whole * sign, "p": part, "t": total}).fetchone()
    assert row == (sign * (whole * part / total).quantize(KOPECK, ROUND_HALF_UP),)


@given(
    price=st.one_of(st.none(), amounts),
    cogs=amounts,
    payments=st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=8),
)
@settings(max_examples=25, deadline=None)
def test_payments_carry_the_cost_that_is_paid_for(
    price: Decimal | None, cogs: Decimal, payments: list[int]
) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table int_money__deal_cogs as select 1 as account_id, 1 as deal_id,"
            " cast(? as decimal(18, 2)) as price, cast(? as decimal(18, 2)) as cogs,"
            " 'deal' as cogs_method, 'RUB' as currency",
            [price, cogs],
        )
        connection.execute(
            "create table int_money__customer_money (account_id int, payment_id varchar,"
            " deal_id int, payment_class varchar, amount_gross decimal(18, 2), currency varchar,"
            " booked_on date)"
        )
        connection.executemany(
            "insert into int_money__customer_money values (1, ?, 1, ?, ?, 'RUB', ?)",
            [
                (
                    f"p{number}",
                    "customer_payment" if kopecks > 0 else "customer_refund",
                    Decimal(kopecks) / 100,
                    date(2026, 1, 1) + timedelta(days=number),
                )
                for number, kopecks in enumerate(payments)
            ],
        )
        carried = [
            row[0]
            for row in connection.execute(
                f"select cogs from ({_cogs_of_payments()}) order by payment_id"
            ).fetchall()
        ]
    paid = Decimal(sum(payments)) / 100
    if paid <= 0:
        expected = Decimal(0)
    elif price is None or paid >= price:
        expected = cogs
    else:
        expected = (cogs * paid / price).quantize(KOPECK, ROUND_HALF_UP)
    assert sum(carried) == expected
    # what is paid adds to the cost, what is given back takes of it
    assert all(part * kopecks >= 0 for part, kopecks in zip(carried, payments, strict=True))


@pytest.mark.parametrize("days", [1, 2, 3, 7, 31, 366])
@pytest.mark.parametrize("amount", ["0.01", "-0.01", "100.00", "99999.99", "-1234567.89"])
def test_days_of_a_cost_sum_to_it(days: int, amount: str) -> None:
    row = duckdb.execute(_days(), {"days": days, "amount": Decimal(amount)}).fetchone()
    assert row is not None
    assert row[0] == Decimal(amount)
    assert row[1] <= 0.0050001
