"""Fills the tables of the checks with ``discipline_rows``."""

from datetime import date
from decimal import Decimal

import duckdb

from tests.reporting.discipline_rows import (
    EARLIER,
    FIELDS,
    FINDINGS,
    FRESH,
    OTHERS,
    RULES,
    SCORES,
    SEEN,
    TEXTS,
    TODAY,
    YESTERDAY,
    Finding,
)
from tests.reporting.rows import CHANNELS, expected_net
from tests.reporting.rule_texts import TITLES

# by which the money of a channel was less yesterday
GREW = {"paid_search": Decimal("1000.50"), "unallocated": Decimal("-300.25")}
SPEND = {"paid_deals": ("1000.00", "1100.00"), "without_deals": ("200.00", "150.00")}
BUCKETS = {"allocated": ("5000.00", "6000.00"), "unallocated_review": ("900.00", "600.00")}
# rules that ran yesterday; of the others nothing is remembered
OPEN_YESTERDAY = {
    "deal_no_source": (2, "193211.49"),
    "open_no_task": (1, "1.00"),
    "won_no_payment_date": (0, "0.00"),
}


def fill(con: duckdb.DuckDBPyConnection) -> None:
    for item in (*FINDINGS, *OTHERS):
        _put_finding(con, item)
    for rule, severity, role, entity, checked, is_run in RULES:
        ru, en = TITLES["ru"].get(rule), TITLES["en"].get(rule)
        title, fix = TEXTS.get(rule, ("", ""))
        own = (title, fix, rule, f"mend {rule}")
        words = (ru.title, ru.fix, en.title, en.fix) if ru and en else own
        row = (rule, severity, role, entity, "f", "S1", *words, is_run, checked, 0, 0, FRESH)
        _put(con, "rules", *row)
    for day, grown in ((EARLIER, Decimal(0)), (YESTERDAY, Decimal("0.5")), (TODAY, Decimal(1))):
        for dimension, key, title, deals, flagged, owned, wrong in SCORES:
            # money at stake was more in earlier days, but never more than there is
            more = min(Decimal(wrong) * (2 - grown), Decimal(owned)).quantize(Decimal("0.01"))
            score = None if not Decimal(owned) else float(1 - more / Decimal(owned))
            row = (dimension, key, title, deals, flagged, owned, more, score, "RUB")
            _put(con, "discipline_scores", day, 10, *row)
    for dimension, key, title, having, score, money, weighted in FIELDS:
        row = (dimension, key, title, sum(having), *having, score, money, weighted, "RUB")
        _put(con, "rpt_four_fields", 10, *row)
    _fill_history(con)


def _fill_history(con: duckdb.DuckDBPyConnection) -> None:
    for channel, _, _ in CHANNELS:
        net = expected_net(channel)
        tell(con, "net_revenue", channel, net - GREW.get(channel, Decimal(0)), net, 5, 5)
    for metric, parts in (("money_bucket", BUCKETS), ("spend_bucket", SPEND)):
        for bucket, (before, after) in parts.items():
            tell(con, metric, bucket, Decimal(before), Decimal(after), 10, 12)
    for rule, (count, amount) in OPEN_YESTERDAY.items():
        tell(con, "findings", rule, Decimal(amount), Decimal(0), count, 0)
    tell(con, "deals", "", Decimal(1690), Decimal(1700), 1690, 1700)
    tell(con, "score", "", Decimal("85.00"), Decimal("90.00"), 400, 400)


def tell(
    con: duckdb.DuckDBPyConnection,
    metric: str,
    key: str,
    before: Decimal,
    after: Decimal,
    n_before: int,
    n_after: int,
) -> None:
    for day, value, n in ((YESTERDAY, before, n_before), (TODAY, after, n_after)):
        _tell(con, day, metric, key, value, n)


def _tell(
    con: duckdb.DuckDBPyConnection, day: date, metric: str, key: str, value: Decimal, n: int
) -> None:
    _put(con, "headline_history", day, 10, metric, key, value, n, "RUB")


def _put(con: duckdb.DuckDBPyConnection, table: str, *values: object) -> None:
    marks = ", ".join("?" * len(values))
    con.execute(f"insert into quality.{table} values ({marks})", list(values))


def _put_finding(con: duckdb.DuckDBPyConnection, item: Finding) -> None:
    number = item.deal or 0
    url = f"https://demo.amocrm.ru/leads/detail/{number}" if item.url == "" else item.url
    user_id, user_name = item.manager or (None, None)
    then_id, then_name = item.closer or item.manager or (None, None)
    is_of_deal = item.entity in ("deal", "deal_field")
    seen = FRESH if item.is_fresh else SEEN
    con.execute(
        """
        insert into quality.findings by name select
            ? as rule_id, ? as severity, ? as owner_role, ? as entity_type, ? as entity_id,
            ? as entity_name, ? as entity_url, 10 as account_id, ? as deal_id, ? as deal_url,
            ? as deal_name, 1 as pipeline_id, 'Продажи' as pipeline_name, 142 as stage_id,
            'Успешно реализовано' as stage_name, 'calls' as channel, ? as responsible_user_id,
            ? as responsible_name, ? as responsible_then_user_id, ? as responsible_then_name,
            ? as money_at_stake, 'RUB' as currency, '{}' as evidence, ? as first_seen_at,
            ? as last_seen_at, ? as resolved_at, ? as reopened_count
        """,
        [
            *(item.rule, item.severity, item.role, item.entity, item.key or str(number), item.name),
            *(url, item.deal, url if item.deal else None, item.name if is_of_deal else None),
            *(user_id, user_name, then_id, then_name, item.money, seen, seen),
            seen if item.is_resolved else item.resolved_on,
            item.reopened,
        ],
    )
