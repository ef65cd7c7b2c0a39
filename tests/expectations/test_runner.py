import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from expectations.errors import RuleCrashedError
from expectations.rule import discover
from expectations.runner import Outcome, run_rules
from tests.expectations.conftest import DEALS, insert_deal

RULES = {rule.id: rule for rule in discover()}


def ids(outcome: Outcome) -> list[object]:
    return [row["deal_id"] for row in outcome.failing]


def run(con: duckdb.DuckDBPyConnection) -> dict[str, Outcome]:
    return {outcome.rule.id: outcome for outcome in run_rules(con, RULES.values())}


def test_exactly_the_planted_breaches_are_found(con: duckdb.DuckDBPyConnection) -> None:
    found = run(con)
    assert ids(found["deal_no_source"]) == [2, 3, 8]
    assert ids(found["won_no_price"]) == [5]
    assert ids(found["won_no_payment_date"]) == [6]
    assert found["deal_no_source"].checked == 6  # won or paid: 1, 2, 3, 5, 6, 8
    assert found["won_no_price"].checked == 5
    assert found["won_no_price"].unexpected_percent == 20


def test_money_and_types_are_exact(con: duckdb.DuckDBPyConnection) -> None:
    found = run(con)
    assert found["deal_no_source"].money_at_stake == Decimal("7.37")
    row = found["won_no_payment_date"].failing[0]
    # one kopeck off as a float
    assert row["money_at_stake"] == Decimal("12345678901234.56")
    assert row["closed_on"] == date(2026, 6, 1)
    assert isinstance(row["price"], Decimal)
    assert row["is_won"] is True
    # the row is shown as it is stored: NULL stays NULL
    assert found["deal_no_source"].failing[2]["has_source"] is None


def test_outcomes_keep_the_order_of_the_rules(con: duckdb.DuckDBPyConnection) -> None:
    backwards = list(RULES.values())[::-1]
    assert [outcome.rule for outcome in run_rules(con, backwards)] == backwards


def test_an_empty_frame_passes_with_nothing_checked(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from quality.fct_deal_discipline")
    for outcome in run(con).values():
        assert (outcome.passed, outcome.checked, outcome.unexpected_percent) == (True, 0, None)
        assert outcome.money_at_stake == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expectation": "expect_the_impossible"}, "expect_the_impossible"),
        ({"arguments": {"value_set": 5}}, "won_no_price"),
        ({"column": "has_magic"}, "no column has_magic"),
        ({"frame": "quality.nowhere"}, r"cannot read quality\.nowhere"),
    ],
)
def test_a_crash_is_loud_and_names_the_rule(
    con: duckdb.DuckDBPyConnection, changes: dict[str, object], reason: str
) -> None:
    broken = replace(RULES["won_no_price"], **changes)  # type: ignore[arg-type]
    with pytest.raises(RuleCrashedError, match=reason) as caught:
        run_rules(con, [RULES["deal_no_source"], broken])
    assert "won_no_price" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_exception_inside_an_expectation_is_loud(con: duckdb.DuckDBPyConnection) -> None:
    # the type is known and the arguments are valid, only the column's type does not suit
    broken = replace(
        RULES["won_no_price"],
        column="deal_name",
        expectation="expect_column_values_to_be_between",
        arguments={"min_value": 1},
    )
    with pytest.raises(RuleCrashedError, match="won_no_price crashed"):
        run_rules(con, [broken])


def test_repeated_keys_are_refused(con: duckdb.DuckDBPyConnection) -> None:
    insert_deal(con, DEALS[0])
    with pytest.raises(RuleCrashedError, match="9 rows but 8 distinct account_id"):
        run(con)


def test_a_hundred_thousand_deals_are_judged_to_the_last(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        insert into quality.fct_deal_discipline
        select d.* replace (1000 + i as deal_id, i % 10 <> 0 as has_source)
        from quality.fct_deal_discipline as d, range(100000) as t(i) where deal_id = 1
        """
    )
    assert len(run(con)["deal_no_source"].failing) == 10_003


def test_rules_are_known_without_loading_great_expectations() -> None:
    code = (
        "import sys; from expectations.rule import discover; import expectations.runner; "
        "discover(); sys.exit('great_expectations' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})
