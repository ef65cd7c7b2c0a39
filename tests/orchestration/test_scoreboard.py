"""The scoreboard on hand-made findings and a hand-made truth."""

from pathlib import Path

import duckdb
import pytest

from orchestration.scoreboard import Score, compare

FEEDS = (("amocrm", "ok"), ("bank_1c", "ok"), ("files", "off"))


class Sides:
    """A published copy and a truth that a test fills by hand."""

    def __init__(self, folder: Path) -> None:
        self.marts, self.truth = folder / "skvoz.duckdb", folder / "truth"
        self.truth.mkdir()
        self.published = duckdb.connect(str(self.marts))
        self.published.execute(
            """create schema quality; create schema marts;
               create table quality.findings
                   (rule_id varchar, entity_type varchar, entity_id varchar,
                    resolved_at timestamptz);
               create table quality.rules (rule_id varchar, severity varchar);
               create table quality.feeds (source varchar, status varchar);
               create table marts.fct_payments
                   (payment_id bigint, own_account varchar, booked_on date,
                    document_number varchar, direction varchar, payment_class varchar,
                    amount decimal(18, 2));
               create table marts.fct_inquiries
                   (inquiry_id varchar, source varchar, kind varchar, direction varchar,
                    occurred_at timestamp, phone varchar);
               create table marts.fct_mass_changes
                   (mass_change_id varchar, kind varchar, actor_user_id bigint,
                    started_at timestamp)"""
        )
        self.feeds(*FEEDS)

    def feeds(self, *rows: tuple[str, str]) -> None:
        self.published.execute("delete from quality.feeds")
        for row in rows:
            self.published.execute("insert into quality.feeds values (?, ?)", row)

    def finding(self, rule: str, entity: str, entity_id: str, resolved: str | None = None) -> None:
        self.published.execute(
            "insert into quality.findings values (?, ?, ?, ?)", [rule, entity, entity_id, resolved]
        )

    def tell(
        self, rules: str, defects: str = "", doubts: str = "", accounts: str = ""
    ) -> dict[str, Score]:
        """Write the truth, ``rule=id`` separated by blanks, and compare."""
        pairs = [pair.split("=", 1) for pair in defects.split()]
        doubtful = [pair.split("=", 1) for pair in doubts.split()]
        with duckdb.connect() as con:
            con.execute("create table defects (rule_id varchar, entity_id varchar)")
            con.execute("create table defect_rules (rule_id varchar, entity_type varchar)")
            con.execute("create table defect_doubts (rule_id varchar, entity_id varchar)")
            con.execute(
                """create table payments
                   (own_account varchar, booked_on date, document_number varchar,
                    direction varchar, payment_class varchar, amount decimal(18, 2))"""
            )
            for name, rows in (("defects", pairs), ("defect_doubts", doubtful)):
                for row in rows:
                    con.execute(f"insert into {name} values (?, ?)", row)
            for rule in rules.split():
                con.execute("insert into defect_rules values (?, 'deal')", [rule])
            for account in accounts.split():
                con.execute("insert into payments (own_account) values (?)", [account])
            for name in ("defects", "defect_rules", "defect_doubts", "payments"):
                con.execute(f"copy {name} to '{self.truth}/{name}.parquet' (format parquet)")
        self.published.close()
        scores = compare(self.marts, self.truth)
        return {score.subject: score for score in scores if score.subject.startswith("defect ")}


@pytest.fixture
def sides(tmp_path: Path) -> Sides:
    return Sides(tmp_path)


def test_found_missed_invented(sides: Sides) -> None:
    for deal in ("1", "2", "9"):
        sides.finding("lost_no_reason", "deal", deal)
    scores = sides.tell("lost_no_reason", "lost_no_reason=1 lost_no_reason=2 lost_no_reason=3")
    assert scores["defect lost_no_reason"] == Score("defect lost_no_reason", 3, 2, 1)


def test_a_rule_that_nothing_breaks_has_a_line_too(sides: Sides) -> None:
    scores = sides.tell("won_unpaid")
    assert scores["defect won_unpaid"] == Score("defect won_unpaid", 0, 0, 0)


def test_a_finding_that_is_over_is_none(sides: Sides) -> None:
    sides.finding("won_unpaid", "deal", "1", resolved="2026-01-01 00:00:00+00")
    assert sides.tell("won_unpaid")["defect won_unpaid"].is_perfect


def test_what_nobody_can_be_certain_of_counts_on_neither_side(sides: Sides) -> None:
    sides.finding("sla_breach", "deal", "1")
    scores = sides.tell("sla_breach", "sla_breach=2", doubts="sla_breach=1 sla_breach=2")
    assert scores["defect sla_breach"] == Score("defect sla_breach", 0, 0, 0)


def test_a_doubt_of_one_rule_is_none_of_another(sides: Sides) -> None:
    sides.finding("sla_breach", "deal", "1")
    scores = sides.tell("sla_breach sla_warning", doubts="sla_warning=1")
    assert scores["defect sla_breach"].invented == 1


def test_the_same_entity_found_twice_is_invented_once(sides: Sides) -> None:
    sides.finding("mark", "mark", "utm_source/Buklet")
    sides.finding("mark", "mark", "utm_source/Buklet")
    assert sides.tell("mark", "mark=utm_source/Buklet")["defect mark"] == Score(
        "defect mark", 1, 1, 1
    )


@pytest.mark.parametrize(
    ("severity", "feeds", "is_error"),
    [
        ("warning", FEEDS, True),
        ("blocker", FEEDS, False),  # our own fault: no company's truth can tell
        ("warning", (("amocrm", "ok"), ("uis", "off")), False),
    ],
)
def test_a_rule_that_the_truth_is_silent_about(
    sides: Sides, severity: str, feeds: tuple[tuple[str, str], ...], *, is_error: bool
) -> None:
    sides.feeds(*feeds)
    sides.published.execute("insert into quality.rules values ('new_rule', ?)", [severity])
    silent = [score for score in sides.tell("won_unpaid").values() if not score.is_perfect]
    assert [score.subject for score in silent] == (
        ["defect new_rule, unknown to the truth"] if is_error else []
    )


def test_payments_go_by_account_day_and_number(sides: Sides) -> None:
    sides.published.execute(
        """insert into marts.fct_payments (payment_id, own_account, booked_on, document_number)
           values (11, '40702', '2026-03-01', '77'), (12, 'shop', '2026-03-01', 'a1')"""
    )
    sides.finding("payment_no_deal", "payment", "11")
    sides.finding("payment_no_deal", "payment", "12")  # of an account without statements
    scores = sides.tell("payment_no_deal", "payment_no_deal=40702/2026-03-01/77", accounts="40702")
    assert scores["defect payment_no_deal"] == Score("defect payment_no_deal", 1, 1, 0)


def test_inquiries_go_by_what_was_heard(sides: Sides) -> None:
    sides.published.execute(
        """insert into marts.fct_inquiries values
           ('uis:call:1', 'uis', 'call', 'in', '2026-10-01 08:00:05', '+79000000001'),
           ('uis:chat:2', 'uis', 'chat', 'in', '2026-10-01 08:00:06', '+79000000002')"""
    )
    sides.finding("inquiry_no_deal", "inquiry", "uis:call:1")
    sides.finding("inquiry_no_deal", "inquiry", "uis:chat:2")
    scores = sides.tell(
        "inquiry_no_deal",
        "inquiry_no_deal=uis/call/in/2026-10-01T08:00:05Z/79000000001"
        " inquiry_no_deal=uis/chat/in/2026-10-01T08:00:06Z/",
    )
    assert scores["defect inquiry_no_deal"] == Score("defect inquiry_no_deal", 2, 2, 0)


def test_mass_changes_go_by_actor_and_moment(sides: Sides) -> None:
    sides.published.execute(
        "insert into marts.fct_mass_changes values ('x', 'stage', 9, '2026-10-01 08:00:05')"
    )
    sides.finding("mass_change", "mass_change", "x")
    scores = sides.tell("mass_change", "mass_change=stage/9/2026-10-01T08:00:05Z")
    assert scores["defect mass_change"].is_perfect
