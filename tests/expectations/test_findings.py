import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from expectations.errors import FindingsError, RuleCrashedError
from expectations.findings import FindingsSummary, write_findings
from expectations.rule import discover
from expectations.runner import Outcome, run_rules
from tests.expectations.conftest import DEALS, insert_deal

RULES = discover()
DAY_1 = datetime(2026, 10, 1, 6, tzinfo=UTC)
DAY_2, DAY_3 = DAY_1 + timedelta(days=1), DAY_1 + timedelta(days=2)

Con = duckdb.DuckDBPyConnection


def everything(con: Con) -> list[tuple[Any, ...]]:
    return con.execute("select * from quality.findings order by all").fetchall()


def life(con: Con, deal: int) -> tuple[Any, ...] | None:
    return con.execute(
        """
        select first_seen_at, last_seen_at, resolved_at, reopened_count
        from quality.findings where rule_id = 'deal_no_source' and deal_id = ?
        """,
        [deal],
    ).fetchone()


def check(con: Con, at: datetime) -> FindingsSummary:
    return write_findings(con, run_rules(con, RULES), at)


def set_source(con: Con, deal: int, has_source: bool) -> None:
    con.execute(
        "update quality.fct_deal_discipline set has_source = ? where deal_id = ?",
        [has_source, deal],
    )


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """What the hand-made frame yields, judged once."""
    from tests.expectations.conftest import FRAME_DDL

    with duckdb.connect(":memory:") as con:
        con.execute(FRAME_DDL)
        for deal in DEALS:
            insert_deal(con, deal)
        return run_rules(con, RULES)


def test_a_finding_lives_found_resolved_reopened(con: Con) -> None:
    assert check(con, DAY_1) == FindingsSummary(new=5, reopened=0, resolved=0, open_now=5)
    assert life(con, 2) == (DAY_1, DAY_1, None, 0)

    set_source(con, 2, has_source=True)
    assert check(con, DAY_2) == FindingsSummary(new=0, reopened=0, resolved=1, open_now=4)
    assert life(con, 2) == (DAY_1, DAY_1, DAY_2, 0)
    assert life(con, 3) == (DAY_1, DAY_2, None, 0)

    set_source(con, 2, has_source=False)
    assert check(con, DAY_3) == FindingsSummary(new=0, reopened=1, resolved=0, open_now=5)
    assert life(con, 2) == (DAY_1, DAY_3, None, 1)


def test_a_vanished_deal_is_resolved(con: Con) -> None:
    check(con, DAY_1)
    con.execute("delete from quality.fct_deal_discipline where deal_id = 3")
    assert check(con, DAY_2).resolved == 1
    assert life(con, 3) == (DAY_1, DAY_1, DAY_2, 0)


def test_the_row_carries_the_deal_and_compact_evidence(con: Con, outcomes: list[Outcome]) -> None:
    write_findings(con, outcomes, DAY_1)
    row = (
        con.execute("select * from quality.findings where rule_id = 'won_no_payment_date'")
        .to_arrow_table()
        .to_pylist()[0]
    )
    evidence = json.loads(row.pop("evidence"))
    life_of_it = {key: row.pop(key) for key in ("first_seen_at", "last_seen_at")}
    assert set(life_of_it.values()) == {DAY_1}
    assert row == {
        "rule_id": "won_no_payment_date",
        "severity": "error",
        "entity_type": "deal",
        "entity_id": "6",
        "account_id": 10,
        "deal_id": 6,
        "deal_url": "https://demo.amocrm.ru/leads/detail/6",
        "deal_name": "Deal 6",
        "pipeline_id": 1,
        "pipeline_name": "Sales",
        "stage_name": "Won",
        "responsible_user_id": 21,
        "responsible_name": "Anna",
        "responsible_then_user_id": 22,
        "money_at_stake": Decimal("12345678901234.56"),
        "currency": "RUB",
        "resolved_at": None,
        "reopened_count": 0,
    }
    assert evidence == {
        "field": "has_payment_date",
        "value": False,
        "expectation": {"expect_column_values_to_be_in_set": {"value_set": [True]}},
        "because": {"is_won": True, "paid_amount": "0.00", "closed_on": "2026-06-01"},
    }


def test_the_same_moment_twice_changes_nothing(con: Con, outcomes: list[Outcome]) -> None:
    write_findings(con, outcomes, DAY_1)
    before = everything(con)
    assert write_findings(con, outcomes, DAY_1) == FindingsSummary(0, 0, 0, 5)
    assert everything(con) == before


def test_a_correction_of_the_same_cut_is_no_comeback(con: Con, outcomes: list[Outcome]) -> None:
    write_findings(con, outcomes, DAY_1)
    none = [Outcome(outcome.rule, outcome.checked, ()) for outcome in outcomes]
    assert write_findings(con, none, DAY_1).resolved == 5
    assert write_findings(con, outcomes, DAY_1).reopened == 0
    assert life(con, 2) == (DAY_1, DAY_1, None, 0)


def test_an_older_cut_moves_no_time_back(con: Con, outcomes: list[Outcome]) -> None:
    write_findings(con, outcomes, DAY_2)
    write_findings(con, outcomes, DAY_1)
    assert life(con, 2) == (DAY_2, DAY_2, None, 0)


def test_rules_that_did_not_run_are_left_alone(con: Con, outcomes: list[Outcome]) -> None:
    write_findings(con, outcomes, DAY_1)
    one = [Outcome(o.rule, o.checked, ()) for o in outcomes if o.rule.id == "won_no_price"]
    assert write_findings(con, one, DAY_2) == FindingsSummary(0, 0, resolved=1, open_now=4)
    assert life(con, 2) == (DAY_1, DAY_1, None, 0)


def test_nothing_is_written_when_a_rule_crashes(con: Con) -> None:
    con.execute("alter table quality.fct_deal_discipline drop column has_payment_date")
    with pytest.raises(RuleCrashedError):
        check(con, DAY_1)
    assert con.execute("from duckdb_tables() where table_name = 'findings'").fetchall() == []


def test_a_failure_in_the_middle_rolls_everything_back(
    con: Con, outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_findings(con, outcomes, DAY_1)
    before = everything(con)

    def break_off(*args: object) -> None:
        merge(*args)  # type: ignore[arg-type]
        raise RuntimeError("power cut")

    from expectations import findings

    merge = findings._merge
    monkeypatch.setattr(findings, "_merge", break_off)
    none = [Outcome(outcome.rule, outcome.checked, ()) for outcome in outcomes]
    with pytest.raises(RuntimeError, match="power cut"):
        write_findings(con, none, DAY_2)
    assert everything(con) == before
    monkeypatch.undo()
    # the connection is usable, so the transaction was closed
    assert write_findings(con, none, DAY_2).resolved == 5


def test_a_naive_moment_and_a_repeated_rule_are_refused(con: Con, outcomes: list[Outcome]) -> None:
    with pytest.raises(FindingsError, match="no zone"):
        write_findings(con, outcomes, datetime(2026, 10, 1))  # noqa: DTZ001
    with pytest.raises(FindingsError, match="twice"):
        write_findings(con, [*outcomes, outcomes[0]], DAY_1)
