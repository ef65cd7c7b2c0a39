"""Whose money a document moves: accounts, then days, else nobody guesses."""

import pytest

from ingestion.sources.bank_1c.exchange import parse
from tests.ingestion.bank_1c.statements import CLIENT, OWN, OWN_TOO, SUPPLIER, document, statement

MASKED = "12312312312312312"


def views(text: str, *own_accounts: str) -> list[tuple[str, str, str]]:
    file = parse(text.encode("cp1251"), own_accounts, "RUB")
    return [(row.own_account, row.direction, row.direction_rule) for row, _ in file.documents]


def test_account_of_the_header_decides() -> None:
    assert views(statement(document("1", "5", CLIENT, OWN))) == [(OWN, "in", "account")]
    assert views(statement(document("1", "5", OWN, CLIENT))) == [(OWN, "out", "account")]


def test_settlement_account_counts_too() -> None:
    text = statement(document("1", "5", MASKED, SUPPLIER, ПлательщикРасчСчет=OWN))
    assert views(text) == [(OWN, "out", "account")]


def test_configured_account_decides_where_the_file_names_none() -> None:
    assert views(document("1", "5", CLIENT, OWN_TOO), OWN_TOO) == [(OWN_TOO, "in", "account")]


def test_account_number_with_blanks_is_the_same_number() -> None:
    spaced = " ".join((OWN[:5], OWN[5:8], OWN[8:]))
    assert views(document("1", "5", CLIENT, spaced), spaced) == [(OWN, "in", "account")]


def test_days_decide_where_accounts_are_masked() -> None:
    text = statement(document("1", "5", MASKED, SUPPLIER, ДатаСписано="11.01.2026"))
    assert views(text) == [(OWN, "out", "date")]


def test_empty_looking_day_is_no_day() -> None:
    text = statement(
        document("1", "5", MASKED, CLIENT, ДатаСписано="00.00.0000", ДатаПоступило="11.01.2026")
    )
    assert views(text) == [(OWN, "in", "date")]


@pytest.mark.parametrize("days", [{}, {"ДатаСписано": "11.01.2026", "ДатаПоступило": "11.01.2026"}])
def test_nobody_guesses(days: dict[str, str]) -> None:
    text = statement(document("1", "5", MASKED, SUPPLIER, **days))
    file = parse(text.encode("cp1251"), (), "RUB")
    assert not file.documents
    assert "direction is unknown" in file.unreadable[0].reason
    assert "own_accounts" in file.unreadable[0].reason


def test_transfer_to_another_own_account_is_one_line_of_this_statement() -> None:
    text = statement(document("1", "5", OWN, OWN_TOO, ДатаСписано="11.01.2026"))
    assert views(text, OWN, OWN_TOO) == [(OWN, "out", "account")]


def test_transfer_in_a_statement_of_both_accounts_is_a_line_of_each() -> None:
    both = [(OWN, "out", "account"), (OWN_TOO, "in", "account")]
    header = f"РасчСчет={OWN_TOO}\n"
    once = document("1", "5", OWN, OWN_TOO, ДатаСписано="11.01.2026", ДатаПоступило="11.01.2026")
    assert views(statement(header, once)) == both
    # some banks list it once for each account: the same two lines, not four
    assert views(statement(header, once, once)) == both
    apart = [
        document("1", "5", OWN, OWN_TOO, ДатаСписано="11.01.2026"),
        document("1", "5", OWN, OWN_TOO, ДатаПоступило="11.01.2026"),
    ]
    assert views(statement(header, *apart)) == both


def test_transfer_gives_the_same_rows_from_one_file_or_two() -> None:
    def keys(text: str) -> list[tuple[str, ...]]:
        return [row.natural_key() for row, _ in parse(text.encode("cp1251"), (), "RUB").documents]

    both_days = {"ДатаСписано": "11.01.2026", "ДатаПоступило": "11.01.2026"}
    transfer = document("1", "5", OWN, OWN_TOO, **both_days)
    together = keys(statement(f"РасчСчет={OWN_TOO}\n", transfer))
    assert keys(statement(transfer)) + keys(statement(transfer, account=OWN_TOO)) == together
