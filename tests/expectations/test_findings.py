import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from expectations.errors import FindingsError, RuleCrashedError
from expectations.findings import FindingsSummary, write_findings
from expectations.rule import Rule
from expectations.runner import Outcome, run_rules
from tests.expectations.conftest import DEALS, FRAME_DDL, RULES, insert_deal, make_rule

DAY_1 = datetime(2026, 10, 1, 6, tzinfo=UTC)
DAY_2, DAY_3 = DAY_1 + timedelta(days=1), DAY_1 + timedelta(days=2)

JUDGED = [RULES[name] for name in ("no_source", "no_price", "no_payment_date")]

Con = duckdb.DuckDBPyConnection


def everything(con: Con) -> list[tuple[Any, ...]]:
    return con.execute("select * from quality.findings order by all").fetchall()


def life(con: Con, deal: int) -> tuple[Any, ...] | None:
    return con.execute(
        """
        select first_seen_at, last_seen_at, resolved_at, reopened_count
        from quality.findings where rule_id = 'no_source' and deal_id = ?
        """,
        [deal],
    ).fetchone()


def check(con: Con, at: datetime) -> FindingsSummary:
    return write_findings(con, run_rules(con, JUDGED), at)


def none_of(outcomes: list[Outcome]) -> list[Outcome]:
    """The same rules, run again without finding anything."""
    return [replace(o, keys=o.keys.slice(0, 0), money_at_stake=Decimal(0)) for o in outcomes]


def set_source(con: Con, deal: int, has_source: bool) -> None:
    con.execute(
        "update quality.fct_deal_discipline set has_source = ? where deal_id = ?",
        [has_source, deal],
    )


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """What the hand-made frame yields, judged once."""
    with duckdb.connect(":memory:") as con:
        con.execute(FRAME_DDL)
        for deal in DEALS:
            insert_deal(con, deal)
        return run_rules(con, JUDGED)


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
        con.execute("select * from quality.findings where rule_id = 'no_payment_date'")
        .to_arrow_table()
        .to_pylist()[0]
    )
    evidence = json.loads(row.pop("evidence"))
    life_of_it = {key: row.pop(key) for key in ("first_seen_at", "last_seen_at")}
    assert set(life_of_it.values()) == {DAY_1}
    assert row == {
        "rule_id": "no_payment_date",
        "severity": "warning",
        "owner_role": "responsible",
        "entity_type": "deal",
        "entity_id": "6",
        "entity_name": "Deal 6",
        "entity_url": "https://demo.amocrm.ru/leads/detail/6",
        "account_id": 10,
        "deal_id": 6,
        "deal_url": "https://demo.amocrm.ru/leads/detail/6",
        "deal_name": "Deal 6",
        "pipeline_id": 1,
        "pipeline_name": "Sales",
        "stage_id": 142,
        "stage_name": "Won",
        "channel": "unknown",
        "responsible_user_id": 21,
        "responsible_name": "Anna",
        "responsible_then_user_id": 22,
        "responsible_then_name": None,
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
    assert write_findings(con, none_of(outcomes), DAY_1).resolved == 5
    assert write_findings(con, outcomes, DAY_1).reopened == 0
    assert life(con, 2) == (DAY_1, DAY_1, None, 0)


def test_an_older_cut_moves_no_time_back(con: Con, outcomes: list[Outcome]) -> None:
    write_findings(con, outcomes, DAY_2)
    write_findings(con, outcomes, DAY_1)
    assert life(con, 2) == (DAY_2, DAY_2, None, 0)


def test_rules_that_did_not_run_are_left_alone(con: Con, outcomes: list[Outcome]) -> None:
    write_findings(con, outcomes, DAY_1)
    one = none_of([o for o in outcomes if o.rule.id == "no_price"])
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
    none = none_of(outcomes)
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


def test_a_rule_that_exists_no_more_leaves_no_open_findings(
    con: Con, outcomes: list[Outcome]
) -> None:
    write_findings(con, outcomes, DAY_1)
    known = {"no_price", "no_payment_date"}
    assert write_findings(con, [], DAY_2, known) == FindingsSummary(0, 0, resolved=3, open_now=2)
    assert life(con, 2) == (DAY_1, DAY_1, DAY_2, 0)
    # one that merely did not run is known, so its findings stay open
    assert write_findings(con, [], DAY_3, known).resolved == 0
    assert life(con, 2) == (DAY_1, DAY_1, DAY_2, 0)


def test_a_frame_that_changed_since_is_refused(con: Con, outcomes: list[Outcome]) -> None:
    con.execute("delete from quality.fct_deal_discipline where deal_id = 3")
    with pytest.raises(FindingsError, match="5 rows failed but 4 of them"):
        write_findings(con, outcomes, DAY_1)
    assert con.execute("from duckdb_tables() where table_name = 'findings'").fetchall() == []


def test_a_table_of_an_earlier_version_keeps_its_findings(
    con: Con, outcomes: list[Outcome]
) -> None:
    con.execute(
        """
        create table quality.findings (
            rule_id text not null, severity text not null, entity_type text not null,
            entity_id text not null, account_id bigint not null, deal_id bigint, deal_url text,
            deal_name text, pipeline_id bigint, pipeline_name text, stage_name text,
            responsible_user_id bigint, responsible_name text, responsible_then_user_id bigint,
            money_at_stake decimal(18, 2), currency text, evidence text not null,
            first_seen_at timestamptz not null, last_seen_at timestamptz not null,
            resolved_at timestamptz, reopened_count bigint not null,
            primary key (rule_id, account_id, entity_type, entity_id)
        );
        insert into quality.findings by name
        select
            'no_source' as rule_id, 'error' as severity, 'deal' as entity_type,
            n::text as entity_id, 10 as account_id, n as deal_id, '{}' as evidence,
            timestamptz '2026-09-01 00:00:00+00' as first_seen_at, first_seen_at as last_seen_at,
            4 as reopened_count
        from (values (2), (77)) as numbers (n)
        """
    )
    assert write_findings(con, outcomes, DAY_1) == FindingsSummary(4, 0, resolved=1, open_now=5)
    long_ago = datetime(2026, 9, 1, tzinfo=UTC)
    assert life(con, 2) == (long_ago, DAY_1, None, 4)
    assert life(con, 77) == (long_ago, long_ago, DAY_1, 4)
    told = con.execute(
        "select owner_role, stage_id, channel from quality.findings where deal_id in (2, 77)"
        " and rule_id = 'no_source' order by deal_id"
    ).fetchall()
    assert told == [("responsible", 142, "unknown"), (None, None, None)]


def test_two_frames_with_keys_of_their_own_are_written_at_once(con: Con) -> None:
    con.execute(
        """
        create table quality.fct_field_discipline as
        select
            10::bigint as account_id, deal_id, unnest(['price', 'Счёт "б/н"']) as field_name,
            field_name = 'price' as is_filled, field_name as entity_name, money_at_stake,
            'RUB' as currency, timestamptz '2026-05-01 10:00:00+03' as asked_at, null::date as on_
        from quality.fct_deal_discipline where deal_id < 3
        """
    )
    empty = make_rule(
        id="empty_field",
        entity="deal_field",
        frame="quality.fct_field_discipline",
        column="is_filled",
        explains=("field_name", "asked_at", "on_"),
    )
    messy = RULES["messy"]
    assert write_findings(con, run_rules(con, [empty, messy]), DAY_1).new == 4
    rows = con.execute(
        "select rule_id, entity_type, entity_id, entity_name, money_at_stake, evidence"
        " from quality.findings order by rule_id, entity_id"
    ).fetchall()
    field = 'Счёт "б/н"'
    assert [row[:5] for row in rows] == [
        ("empty_field", "deal_field", f"1/{field}", field, Decimal("100.00")),
        ("empty_field", "deal_field", f"2/{field}", field, Decimal("0.10")),
        ("messy", "deal", "1", "Deal 1", Decimal("1.01")),
        ("messy", "deal", "5", "Deal 5", Decimal("1.01")),
    ]
    assert json.loads(rows[0][5]) == {
        "field": "is_filled",
        "value": False,
        "expectation": {"expect_column_values_to_be_in_set": {"value_set": [True]}},
        "because": {"field_name": field, "asked_at": "2026-05-01T07:00:00+00:00", "on_": None},
    }
    assert json.loads(rows[2][5])["expectation"] == {
        "expect_column_values_to_be_in_set": {"value_set": [False]}
    }


def test_the_amount_of_a_rule_follows_its_own_column(con: Con) -> None:
    whole, cut = RULES["no_price"], RULES["messy"]
    same: list[Rule] = [whole, replace(cut, id="messy_too", money_column="money_at_stake"), cut]
    write_findings(con, run_rules(con, same), DAY_1)
    found = con.execute(
        "select rule_id, money_at_stake from quality.findings where deal_id = 5 order by all"
    ).fetchall()
    assert found == [
        ("messy", Decimal("1.01")),
        ("messy_too", Decimal("0.00")),
        ("no_price", Decimal("0.00")),
    ]
