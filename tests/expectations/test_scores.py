"""Scores, history and the register of rules, on frames small enough to count by eye."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from expectations.findings import write_findings
from expectations.history import write_history
from expectations.rules_table import write_rules
from expectations.runner import run_rules
from expectations.scores import write_scores
from tests.expectations.conftest import FRAME_DDL, RULES, make_rule

Con = duckdb.DuckDBPyConnection
Deal = tuple[int, str, bool]  # manager, money, is it kept as agreed
DAY = date(2026, 10, 31)
AT = datetime(2026, 10, 31, 20, tzinfo=UTC)
KEPT = make_rule(id="kept", column="has_source")
ADVICE = make_rule(id="advised", column="has_price", severity="advice")
FIELD = make_rule(
    id="empty_field",
    entity="deal_field",
    frame="quality.fct_field_discipline",
    column="is_filled",
    severity="warning",
)


@pytest.fixture
def con() -> Iterator[Con]:
    with duckdb.connect(":memory:") as connection:
        connection.execute(FRAME_DDL)
        yield connection


def keep(con: Con, *deals: Deal) -> None:
    con.execute("delete from quality.fct_deal_discipline")
    for number, (manager, money, is_kept) in enumerate(deals):
        con.execute(
            """
            insert into quality.fct_deal_discipline
                (account_id, deal_id, responsible_user_id, responsible_name,
                    responsible_then_user_id, pipeline_id, pipeline_name, channel, currency,
                    money_at_stake, has_source)
            values (1, $number, $manager, 'M' || $manager, nullif($manager, 0), $number % 2,
                'P', 'calls', 'RUB', $money::decimal(18, 2), $is_kept)
            """,
            {"number": number, "manager": manager, "money": money, "is_kept": is_kept},
        )


def score(con: Con, dimension: str = "all", day: date = DAY) -> dict[str, float | None]:
    write_findings(con, run_rules(con, [KEPT]), AT)
    write_scores(con, day)
    return dict(
        con.execute(
            "select dimension_key, score from quality.discipline_scores"
            " where dimension = ? and scored_on = ?",
            [dimension, day],
        ).fetchall()
    )


def scores(con: Con) -> list[tuple[Any, ...]]:
    return con.execute("select * from quality.discipline_scores order by all").fetchall()


def test_a_score_is_the_share_of_money_in_deals_kept_as_agreed(con: Con) -> None:
    keep(con, (7, "300", True), (7, "100", False), (8, "50", False))
    assert score(con) == {"": pytest.approx(1 - 150 / 450)}
    assert score(con, "manager") == {"7": pytest.approx(0.75), "8": 0}


def test_many_small_tidy_deals_do_not_outweigh_a_big_bad_one(con: Con) -> None:
    keep(con, (7, "1000000", False))
    assert score(con) == {"": 0}
    keep(con, (7, "1000000", False), *[(7, "1", True)] * 200)
    assert score(con)[""] == pytest.approx(200 / 1_000_200)
    # 200 of 201 deals are tidy, which a share of deals would call 99.5 %
    assert (score(con)[""] or 0) < 0.001


def test_a_bad_deal_cut_into_parts_weighs_as_before(con: Con) -> None:
    keep(con, (7, "600", True), (7, "400", False))
    whole = score(con)
    keep(con, (7, "600", True), *[(7, "40", False)] * 10)
    assert score(con) == whole
    # and tidy parts hide nothing: only the part that is kept well is well kept
    keep(con, (7, "600", True), (7, "399", False), (7, "1", True))
    assert score(con)[""] == pytest.approx(0.601)


def test_deals_without_money_neither_help_nor_harm(con: Con) -> None:
    keep(con, (7, "100", True), (7, "300", False))
    before = score(con)
    keep(con, (7, "100", True), (7, "300", False), *[(7, "0", True)] * 50)
    assert score(con) == before


def test_no_data_is_no_score(con: Con) -> None:
    keep(con, (7, "0", False), (8, "5", True))
    assert score(con, "manager") == {"7": None, "8": 1}
    keep(con)
    assert score(con) == {}
    con.execute("drop table quality.fct_deal_discipline")
    assert write_scores(con, DAY) == 0


def test_a_deal_is_flagged_once_with_its_own_money(con: Con) -> None:
    keep(con, (7, "100", False), (7, "100", True), (7, "100", True))
    con.execute(
        """
        create table quality.fct_field_discipline as
        select 1::bigint as account_id, n as deal_id, unnest(['price', 'phone']) as field_name,
            false as is_filled, 5000::decimal(18, 2) as money_at_stake
        from (values (0::bigint), (1::bigint)) as deals (n)
        """
    )
    # two rules and two fields of deal 0, two fields of deal 1; deal 2 has advice only
    outcomes = run_rules(con, [KEPT, FIELD, ADVICE])
    write_findings(con, outcomes, AT)
    write_scores(con, DAY)
    row = con.execute(
        "select deals, flagged_deals, owned_money, flagged_money, score"
        " from quality.discipline_scores where dimension = 'all'"
    ).fetchone()
    assert row == (3, 2, Decimal("300.00"), Decimal("200.00"), pytest.approx(1 / 3))


def test_a_resolved_finding_flags_nothing(con: Con) -> None:
    keep(con, (7, "100", False))
    assert score(con) == {"": 0}
    con.execute("update quality.fct_deal_discipline set has_source = true")
    assert score(con) == {"": 1}


def test_every_dimension_sums_to_all_and_flagged_never_exceeds_owned(con: Con) -> None:
    keep(con, *[(n % 5, f"{n * 37 % 100}.{n % 100:02}", n % 3 > 0) for n in range(300)])
    score(con)
    sums = con.execute(
        """
        select sum(deals), sum(flagged_deals), sum(owned_money), sum(flagged_money)
        from quality.discipline_scores group by dimension
        """
    ).fetchall()
    assert len(sums) == 4
    assert len(set(sums)) == 1
    assert sums[0][:2] == (300, 100)
    assert not con.execute(
        "from quality.discipline_scores"
        " where flagged_money > owned_money or score not between 0 and 1"
    ).fetchall()
    # nobody's deals are somebody's too
    assert "—" in score(con, "manager")


def test_titles_say_who_and_what(con: Con) -> None:
    keep(con, (7, "1", True), (0, "1", True))
    score(con)
    titles = con.execute(
        "select dimension, dimension_key, dimension_title from quality.discipline_scores"
        " where dimension <> 'all' order by all"
    ).fetchall()
    assert titles == [
        ("channel", "calls", "calls"),
        ("manager", "7", "M7"),
        ("manager", "—", "—"),
        ("pipeline", "0", "P"),
        ("pipeline", "1", "P"),
    ]


def test_a_rerun_replaces_the_day_and_leaves_the_trend(con: Con) -> None:
    keep(con, (7, "100", False), (7, "100", True))
    score(con, day=DAY - timedelta(days=1))
    score(con)
    before = scores(con)
    score(con)
    assert scores(con) == before
    con.execute("update quality.fct_deal_discipline set has_source = true")
    score(con)
    trend = con.execute(
        "select scored_on, score from quality.discipline_scores where dimension = 'all' order by 1"
    ).fetchall()
    assert trend == [(DAY - timedelta(days=1), 0.5), (DAY, 1)]


def headlines(con: Con, metric: str, day: date = DAY) -> list[tuple[Any, ...]]:
    return con.execute(
        "select account_id, key, value, n, currency from quality.headline_history"
        " where metric = ? and told_on = ? order by all",
        [metric, day],
    ).fetchall()


def test_history_tells_the_headlines_of_a_day(con: Con) -> None:
    con.execute(
        """
        create schema marts;
        create table marts.rpt_payment_ledger as
        select 1::bigint as account_id, bucket, amount::decimal(18, 2) as amount,
            1::bigint as rows, 'RUB' as currency
        from (values ('allocated', 0.10), ('allocated', 0.20), ('duplicate', 5))
            as l (bucket, amount);
        create table marts.rpt_revenue_by_channel as
        select 1::bigint as account_id, channel, basis, amount::decimal(18, 2) as net_revenue,
            2::bigint as paying_deals, 'RUB' as currency
        from (values
            ('calls', 'cash_date', 10), ('calls', 'cash_date', 0.01), ('calls', 'lead_cohort', 99),
            ('email', 'cash_date', null)
        ) as l (channel, basis, amount);
        """
    )
    keep(con, (7, "100", False), (7, "300", True))
    outcomes = run_rules(con, [KEPT, RULES["messy"]])
    write_findings(con, outcomes, AT)
    write_rules(con, [KEPT, RULES["messy"], ADVICE], outcomes, AT)
    write_scores(con, DAY)
    assert write_history(con, DAY) == 7
    assert headlines(con, "money_bucket") == [
        (1, "allocated", Decimal("0.30"), 2, "RUB"),
        (1, "duplicate", Decimal("5.00"), 1, "RUB"),
    ]
    assert headlines(con, "spend_bucket") == []  # no such mart: not told, and no zero
    assert headlines(con, "net_revenue") == [(1, "calls", Decimal("10.01"), 4, "RUB")]
    assert headlines(con, "deals") == [(1, "", Decimal("400.00"), 2, "RUB")]
    assert headlines(con, "score") == [(1, "", Decimal("75.00"), 1, "RUB")]
    assert headlines(con, "findings") == [
        (1, "kept", Decimal("100.00"), 1, "RUB"),
        (1, "messy", Decimal("0.00"), 0, "RUB"),  # it ran, so its zero is known
    ]


def test_history_is_kept_by_day_and_idempotent(con: Con) -> None:
    keep(con, (7, "100", False))
    score(con)
    assert write_history(con, DAY) == write_history(con, DAY) == 2
    keep(con, (7, "100", True))
    score(con, day=DAY + timedelta(days=1))
    write_history(con, DAY + timedelta(days=1))
    assert headlines(con, "score") == [(1, "", Decimal("0.00"), 1, "RUB")]
    assert headlines(con, "score", DAY + timedelta(days=1))[0][2] == 100


def test_history_needs_no_mart_at_all(con: Con) -> None:
    assert write_history(con, DAY) == 0


def test_every_rule_has_its_row_and_the_moment_it_last_ran(con: Con) -> None:
    keep(con, (7, "100", False), (7, "300", True))
    both = [KEPT, make_rule(id="advised", column="has_price", requirements=("S13", "S20"))]
    assert write_rules(con, both, run_rules(con, both), AT) == 2
    later = AT + timedelta(days=1)
    write_rules(con, both, run_rules(con, [KEPT]), later)
    told = con.execute(
        "select rule_id, requirements, is_run, checked, failing, money_at_stake, ran_at, title_en"
        " from quality.rules"
    ).fetchall()
    assert told == [
        ("advised", "S13,S20", False, None, None, None, AT, "t"),
        ("kept", "", True, 2, 1, Decimal("100.00"), later, "t"),
    ]
