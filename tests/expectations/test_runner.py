import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from expectations.errors import RuleCrashedError
from expectations.runner import Outcome, run_rules
from tests.expectations.conftest import DEALS, RULES, insert_deal, make_rule


def ids(outcome: Outcome) -> list[object]:
    return list(outcome.keys.column("deal_id").to_pylist())


def run(con: duckdb.DuckDBPyConnection) -> dict[str, Outcome]:
    return {outcome.rule.id: outcome for outcome in run_rules(con, RULES.values())}


def test_exactly_the_planted_breaches_are_found(con: duckdb.DuckDBPyConnection) -> None:
    found = run(con)
    assert ids(found["no_source"]) == [2, 3, 8]
    assert ids(found["no_price"]) == [5]
    assert ids(found["no_payment_date"]) == [6]
    assert ids(found["messy"]) == [1, 5]  # a flag that is not known is no breach
    assert found["no_source"].checked == 6  # won or paid: 1, 2, 3, 5, 6, 8
    assert found["no_price"].checked == 5
    assert found["no_price"].unexpected_percent == 20
    assert found["messy"].checked == 8


def test_money_and_types_are_exact(con: duckdb.DuckDBPyConnection) -> None:
    found = run(con)
    assert found["no_source"].money_at_stake == Decimal("7.37")
    assert found["messy"].money_at_stake == Decimal("2.02")  # of the rule's own column
    row = found["no_payment_date"].samples[0]
    # one kopeck off as a float
    assert row["money_at_stake"] == found["no_payment_date"].money_at_stake
    assert row["money_at_stake"] == Decimal("12345678901234.56")
    assert row["closed_on"] == date(2026, 6, 1)
    assert isinstance(row["price"], Decimal)
    assert row["is_won"] is True
    # the row is shown as it is stored: NULL stays NULL
    assert found["no_source"].samples[2]["has_source"] is None


def test_a_sum_keeps_its_kopecks_past_a_doubles_precision(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "update quality.fct_deal_discipline set money_at_stake = 9999999999999999.99, is_won = true"
    )
    assert run(con)["no_source"].money_at_stake == 5 * Decimal("9999999999999999.99")


def test_samples_are_the_first_failing_rows_of_each_rule(con: duckdb.DuckDBPyConnection) -> None:
    for number in range(100, 110):
        insert_deal(con, (number, True, True, number % 2 == 0, True, True, "1.00"))
    found = run(con)
    assert [row["deal_id"] for row in found["no_source"].samples] == [2, 3, 8, 101, 103]
    assert [row["deal_id"] for row in found["messy"].samples] == [1, 5]
    assert found["no_source"].failing == 8


def test_outcomes_keep_the_order_of_the_rules(con: duckdb.DuckDBPyConnection) -> None:
    backwards = list(RULES.values())[::-1]
    assert [outcome.rule for outcome in run_rules(con, backwards)] == backwards


def test_every_rule_is_judged_by_great_expectations(con: duckdb.DuckDBPyConnection) -> None:
    for rule_id, outcome in run(con).items():
        judged = outcome.validation
        assert judged is not None
        assert judged.success is outcome.passed
        assert judged.expectation_config.meta["rule"] == rule_id
        assert judged.result["unexpected_count"] == outcome.failing
        assert "unexpected_index_list" not in judged.result  # would be as long as the frame


def test_rules_alike_but_for_their_names_are_judged_each(con: duckdb.DuckDBPyConnection) -> None:
    alike = replace(RULES["messy"], id="messy_too")
    opposite = make_rule(id="tidy", column="is_messy")
    found = run_rules(con, [RULES["messy"], alike, opposite])
    assert [ids(outcome) for outcome in found] == [[1, 5], [1, 5], [2, 3, 4, 6, 7, 8]]


def test_an_empty_frame_passes_with_nothing_checked(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from quality.fct_deal_discipline")
    for outcome in run(con).values():
        assert (outcome.passed, outcome.checked, outcome.unexpected_percent) == (True, 0, None)
        assert (outcome.money_at_stake, outcome.samples) == (0, ())


def test_frames_of_other_entities_are_judged_by_their_own_keys(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute(
        """
        create table quality.fct_days as
        select 1::bigint as account_id, 'site' as source, 'form' as kind, d::date as day,
            d = '2026-05-02' as is_silent, 0::decimal(18, 2) as money_at_stake
        from range(date '2026-05-01', date '2026-05-04', interval 1 day) as days (d)
        """
    )
    days = make_rule(
        id="silent",
        entity="entry_point_day",
        frame="quality.fct_days",
        column="is_silent",
        expects=False,
    )
    silent, no_price = run_rules(con, [days, RULES["no_price"]])
    assert silent.keys.to_pylist() == [
        {"account_id": 1, "source": "site", "kind": "form", "day": date(2026, 5, 2)}
    ]
    assert ids(no_price) == [5]


def test_other_expectations_judge_exact_amounts(con: duckdb.DuckDBPyConnection) -> None:
    dear = make_rule(
        id="too_dear",
        column="money_at_stake",
        expectation="expect_column_values_to_be_between",
        arguments={"max_value": 100},
    )
    con.execute("update quality.fct_deal_discipline set money_at_stake = null where deal_id = 4")
    (outcome,) = run_rules(con, [dear])
    assert ids(outcome) == [6]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expectation": "expect_the_impossible"}, "expect_the_impossible"),
        ({"arguments": {"value_set": 5}}, "no_price"),
        ({"column": "has_magic"}, "no column has_magic"),
        ({"applies_when": ("deal_name",)}, "deal_name of .* is VARCHAR, not BOOLEAN"),
        ({"money_column": "deal_id"}, "deal_id of .* is BIGINT, not DECIMAL"),
        ({"frame": "quality.nowhere"}, r"cannot read quality\.nowhere"),
    ],
)
def test_a_crash_is_loud_and_names_the_rule(
    con: duckdb.DuckDBPyConnection, changes: dict[str, object], reason: str
) -> None:
    broken = replace(RULES["no_price"], **changes)  # type: ignore[arg-type]
    with pytest.raises(RuleCrashedError, match=reason) as caught:
        run_rules(con, [RULES["no_source"], broken])
    assert "no_price" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_exception_inside_an_expectation_is_loud(con: duckdb.DuckDBPyConnection) -> None:
    # the type is known and the arguments are valid, only the column's type does not suit
    broken = replace(
        RULES["no_price"],
        column="deal_name",
        expectation="expect_column_values_to_be_between",
        arguments={"min_value": 1},
    )
    with pytest.raises(RuleCrashedError, match="no_price crashed"):
        run_rules(con, [broken])


def test_an_expectation_that_names_no_rows_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    total = replace(
        RULES["no_price"],
        column="price",
        expectation="expect_column_sum_to_be_between",
        arguments={"max_value": 1},
    )
    with pytest.raises(RuleCrashedError, match="does not name the rows that fail"):
        run_rules(con, [total])


def test_repeated_and_absent_keys_are_refused(con: duckdb.DuckDBPyConnection) -> None:
    insert_deal(con, DEALS[0])
    with pytest.raises(RuleCrashedError, match="9 rows but 8 distinct account_id"):
        run(con)
    con.execute("delete from quality.fct_deal_discipline where deal_id = 1")
    con.execute("update quality.fct_deal_discipline set account_id = null where deal_id = 2")
    with pytest.raises(RuleCrashedError, match="1 rows with NULL in account_id"):
        run(con)


def test_a_hundred_thousand_deals_are_judged_to_the_last(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        insert into quality.fct_deal_discipline
        select d.* replace (1000 + i as deal_id, i % 10 <> 0 as has_source)
        from quality.fct_deal_discipline as d, range(100000) as t(i) where deal_id = 1
        """
    )
    assert run(con)["no_source"].failing == 10_003


def test_rules_are_known_without_loading_great_expectations() -> None:
    code = (
        "import sys; from expectations.rule import discover; import expectations.runner; "
        "discover(); sys.exit('great_expectations' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})
