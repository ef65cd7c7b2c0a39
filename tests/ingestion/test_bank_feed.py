"""What all feeds of banks share: keys that do not depend on the feed, months, ties, amounts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingestion.bank_feed import (
    as_amount,
    as_code,
    currency_of,
    months_of,
    movement_key,
    natural_key,
    tie,
    whole_days,
)
from ingestion.sources.bank_1c.exchange import parse
from ingestion.sources.tbank.client import Statement
from ingestion.sources.tbank.rows import operation_rows
from tests.ingestion.bank_1c.statements import CLIENT, OWN, incoming, statement

DAY = date(2026, 1, 11)


def test_a_movement_has_one_key_whatever_feed_it_comes_from() -> None:
    text = statement(incoming("0015", "100.50", НазначениеПлатежа="Оплата  по счету\u00a015"))
    ((document, occurrence),) = parse(text.encode("cp1251"), (), "RUB").documents
    operation: dict[str, Any] = {
        "operationId": "any",
        "operationStatus": "Transaction",
        "operationDate": "2026-01-11T20:59:00Z",  # a minute before midnight in Moscow
        "typeOfOperation": "Credit",
        "documentNumber": "15",
        "accountAmount": Decimal("100.5"),
        "payer": {"acct": CLIENT, "inn": "7700000016", "name": "ООО ПЛАТЕЛЬЩИК"},
        "payPurpose": "ОПЛАТА ПО СЧЕТУ 15",
    }
    asked = Statement(OWN, (DAY, DAY), [operation], None, None)
    (row,) = operation_rows(asked, "RUB", datetime(2026, 1, 12, tzinfo=UTC))
    assert row["operation_key"] == movement_key(document.natural_key(), occurrence)


@pytest.mark.parametrize(
    "change",
    [
        {"own_account": "2"},
        {"direction": "out"},
        {"booked_on": date(2026, 1, 12)},
        {"number": "16"},
        {"amount": Decimal("100.01")},
        {"counterparty": "X"},
        {"purpose": "Оплата по счету 16"},
    ],
)
def test_everything_that_makes_a_movement_is_in_its_key(change: dict[str, Any]) -> None:
    facts: dict[str, Any] = {
        "own_account": "1",
        "direction": "in",
        "booked_on": DAY,
        "number": "15",
        "amount": Decimal("100.00"),
        "counterparty": None,
        "purpose": "Оплата по счету 15",
    }
    key = natural_key(**facts)
    assert natural_key(**facts | change) != key
    assert movement_key(key, 1) != movement_key(key, 2)


def test_months_are_whole_from_their_first_day() -> None:
    assert months_of((date(2025, 12, 30), date(2026, 2, 3))) == [
        (date(2025, 12, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 3)),
    ]
    assert months_of((DAY, DAY)) == [(date(2026, 1, 1), DAY)]


def test_every_day_of_a_span_is_replaced() -> None:
    rows = whole_days(
        [{"booked_on": DAY, "amount": 1}],
        [{"malformed_reason": "why"}],
        (date(2026, 1, 10), date(2026, 1, 12)),
        {"account_number": "1"},
    )
    assert [(row["booked_on"].day, row["is_empty_day"]) for row in rows] == [
        *((11, False), (10, False), (10, True), (12, True)),
    ]
    assert all(row["account_number"] == "1" for row in rows)


def test_ties() -> None:
    ten, one = Decimal("10.00"), Decimal("1.00")
    assert tie(ten, Decimal("11.00"), Decimal("3.00"), Decimal("2.00")) == (True, "totals tie")
    assert tie(None, ten, one, one)[0] is None
    fits, message = tie(ten, ten, one, Decimal("0.00"))
    assert (fits, message.endswith("1.00 too much")) == (False, True)


@pytest.mark.parametrize(
    ("value", "amount"),
    [("12.5", "12.50"), (Decimal("12.500"), "12.50"), (7, "7.00"), ("-3", "-3.00")],
)
def test_amounts(value: object, amount: str) -> None:
    assert as_amount(value) == Decimal(amount)


@pytest.mark.parametrize("value", ["12к", "1.005", "NaN", "Infinity", "1e30", True, 1.5, [], {}])
def test_what_is_no_amount(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        as_amount(value)
    assert as_amount(None) is as_amount("") is None


def test_codes_and_currencies() -> None:
    assert [as_code(value) for value in ("0", "", None, " 77 01 ", 5)] == [
        *(None, None, None, "7701", "5"),
    ]
    assert currency_of("40702840900000000001", None, "RUB") == "USD"
    assert currency_of("40702810900000000001", "978", "RUB") == "EUR"
    assert currency_of("KZ1", "RUR", "KZT") == "RUB"
    assert currency_of("KZ1", "", "KZT") == "KZT"
