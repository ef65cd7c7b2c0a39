"""Control totals: what is compared with what, and what a person reads when they differ."""

import pytest

from ingestion.sources.bank_1c.exchange import parse
from ingestion.sources.bank_1c.totals import Statement
from tests.ingestion.bank_1c.statements import OWN, block, incoming, outgoing, statement

RIGHT = {
    "НачальныйОстаток": "-10.00",
    "ВсегоПоступило": "100.00",
    "ВсегоСписано": "40.00",
    "КонечныйОстаток": "50.00",
}


def check(*parts: str) -> list[Statement]:
    return list(parse(statement(*parts).encode("cp1251"), (), "RUB").statements)


def test_totals_that_tie() -> None:
    (tied,) = check(block(**RIGHT), incoming(), outgoing())
    assert (tied.totals_tie, tied.tie_message) == (True, "totals tie")


def test_missing_document_is_said_with_its_sum() -> None:
    (tied,) = check(block(**RIGHT), incoming())
    assert tied.totals_tie is False
    assert "ВсегоСписано says 40.00, documents add up to 0.00: 40.00 missing" in tied.tie_message


def test_quarantine_is_named_as_a_possible_cause() -> None:
    (tied,) = check(block(**RIGHT), incoming(), outgoing(amount="40к"))
    assert "1 row(s) of the file are in quarantine" in tied.tie_message


def test_statement_that_contradicts_itself() -> None:
    (tied,) = check(block(**RIGHT | {"КонечныйОстаток": "51.00"}), incoming(), outgoing())
    assert "the file contradicts itself" in tied.tie_message


@pytest.mark.parametrize("total", ["", "??"])
def test_total_that_is_not_stated_is_not_claimed_to_tie(total: str) -> None:
    (tied,) = check(block(**RIGHT | {"ВсегоСписано": total}), incoming(), outgoing())
    assert tied.totals_tie is None
    assert "not stated" in tied.tie_message


def test_block_a_day_gets_its_own_day() -> None:
    second = {"ВсегоПоступило": "7.00", "ВсегоСписано": "0.00"}
    first_tied, second_tied = check(
        block(**RIGHT),
        block(OWN, "12.01.2026", **second),
        incoming(),
        outgoing(),
        incoming("3", "7.00", ДатаПоступило="12.01.2026"),
    )
    assert first_tied.totals_tie is True
    assert second_tied.totals_tie is True


def test_block_without_its_first_line_still_counts() -> None:
    lines = block(**RIGHT).replace("СекцияРасчСчет\n", "")
    (tied,) = check(lines, incoming(), outgoing())
    assert (tied.account, tied.totals_tie) == (OWN, True)
