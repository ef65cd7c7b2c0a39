"""A hand-made frame of deals and rules over it, so that every breach can be counted by eye."""

from collections.abc import Iterator, Mapping

import duckdb
import pytest

from expectations.rule import Rule, RuleText

FRAME_DDL = """
create schema quality;
create table quality.fct_deal_discipline (
    account_id bigint, deal_id bigint, deal_name text, deal_url text, pipeline_id bigint,
    pipeline_name text, stage_id bigint, stage_name text, status text,
    responsible_user_id bigint, responsible_name text, responsible_then_user_id bigint,
    created_on date, closed_on date, price decimal(18, 2), paid_amount decimal(18, 2),
    currency text, channel text, source_rule text, has_source boolean, has_price boolean,
    has_payment_date boolean, is_won boolean, is_paid boolean, money_at_stake decimal(18, 2),
    is_messy boolean, cut_amount decimal(18, 2)
);
"""

# deal, is_won, is_paid, has_source, has_price, has_payment_date, money
DEALS = [
    (1, True, True, True, True, True, "100.00"),
    (2, True, False, False, True, True, "0.10"),  # no source
    (3, False, True, False, True, True, "0.20"),  # paid before the win: no source
    (4, False, False, False, False, False, "900.00"),  # open and unpaid: nothing is required yet
    (5, True, False, True, False, True, "0.00"),  # no price
    (6, True, False, True, True, False, "12345678901234.56"),  # no payment date
    (7, None, None, False, False, False, "5.00"),  # not known to be won: not judged
    (8, True, False, None, True, True, "7.07"),  # not known to have a source: a breach
]
MESSY = {1: True, 5: True, 6: False}  # of the others it is not known
CUT = "1.01"  # the amount of the messy


def make_rule(**changes: object) -> Rule:
    """A rule about deals; a good one unless the changes spoil it."""
    fields: dict[str, object] = {
        "id": "some_rule",
        "entity": "deal",
        "frame": "quality.fct_deal_discipline",
        "column": "has_source",
        "severity": "error",
        "owner_role": "responsible",
        "ru": RuleText("т", "ч"),
        "en": RuleText("t", "f"),
    }
    return Rule(**(fields | changes))  # type: ignore[arg-type]


RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        make_rule(
            id="no_source",
            applies_when=("is_won", "is_paid"),
            explains=("is_won", "source_rule"),
        ),
        make_rule(
            id="no_price",
            column="has_price",
            applies_when=("is_won",),
            explains=("price", "closed_on"),
        ),
        make_rule(
            id="no_payment_date",
            column="has_payment_date",
            applies_when=("is_won",),
            explains=("paid_amount", "closed_on"),
            severity="warning",
        ),
        make_rule(
            id="messy",
            column="is_messy",
            expects=False,
            money_column="cut_amount",
            severity="advice",
            owner_role="supervisor",
        ),
    )
}


def insert_deal(con: duckdb.DuckDBPyConnection, deal: tuple[object, ...]) -> None:
    number, won, paid, source, price, payment_date, money = deal
    assert isinstance(number, int)
    con.execute(
        """
        insert into quality.fct_deal_discipline values (
            10, ?, 'Deal ' || ?, 'https://demo.amocrm.ru/leads/detail/' || ?, 1, 'Sales', 142,
            'Won', 'won', 21, 'Anna', 22, date '2026-05-01', date '2026-06-01', 50.50, 0, 'RUB',
            'unknown', 'unknown', ?, ?, ?, ?, ?, ?::decimal(18, 2), ?, ?::decimal(18, 2)
        )
        """,
        [
            *(number, str(number), str(number), source, price, payment_date, won, paid, money),
            *(MESSY.get(number), CUT),
        ],
    )


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        connection.execute(FRAME_DDL)
        for deal in DEALS:
            insert_deal(connection, deal)
        yield connection
