"""A published copy made by hand: two managers in two pipelines, and findings that come and go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from tests.reporting import warehouse

ANNA, BORIS = 71, 72
SALES, SERVICE = 1, 2
CUT = datetime(2026, 11, 2, 3, 10, tzinfo=UTC)
HOSTILE = '<b>Кухня</b> & =cmd|"calc" \u202eחלב'
BORIS_DEAL = "Шкаф Бориса"
_PEOPLE = {ANNA: ("Анна Котова", SALES, "Продажи"), BORIS: ("Борис Лис", SERVICE, "Сервис")}


@dataclass(frozen=True)
class Found:
    """One open finding of a deal of somebody."""

    rule: str
    deal: int
    user: int
    money: str
    seen: datetime = CUT
    name: str = "Кухня"
    severity: str = "error"
    reopened: int = 0
    is_resolved: bool = False


FIRST = (
    Found("deal_no_source", 501, ANNA, "100000", name=HOSTILE),
    Found("won_no_price", 502, ANNA, "5000"),
    Found("deal_no_source", 601, BORIS, "70000", name=BORIS_DEAL),
    Found("won_no_price", 602, BORIS, "900000", name="Совет Бориса", severity="advice"),
)


def create(
    published: Path,
    findings: Iterable[Found] = FIRST,
    *,
    cut: datetime = CUT,
    stale: Iterable[str] = (),
    flagged: str = "200000",
) -> Path:
    """Write ``published/skvoz.duckdb`` anew, in one rename as a run does."""
    published.mkdir(parents=True, exist_ok=True)
    fresh, target = published / "fresh.duckdb", published / "skvoz.duckdb"
    fresh.write_bytes(_base())
    with warehouse.editing(fresh) as con:
        _add_findings(con, findings, cut)
        _add_scores(con, cut.date(), Decimal(flagged))
        _add_feeds(con, cut, set(stale))
    fresh.replace(target)
    return target


@cache
def _base() -> bytes:
    """The warehouse of the page's tests and the two managers' deals, made once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "base.duckdb"
        warehouse.create(path)
        with warehouse.editing(path) as con:
            _add_deals(con)
        return path.read_bytes()


def _add_deals(con: duckdb.DuckDBPyConnection) -> None:
    for column in (
        *("responsible_user_id bigint", "responsible_name text", "paid_amount decimal(18, 2)"),
        *("refunded_amount decimal(18, 2)", "closed_on date"),
    ):
        con.execute(f"alter table marts.fct_deals add column if not exists {column}")
    for number, (user, (name, pipeline, title)) in enumerate(_PEOPLE.items()):
        for place, channel in enumerate(("paid_search", "unknown")):
            con.execute(
                "insert into marts.fct_deals (account_id, deal_id, pipeline_id, pipeline_name,"
                " channel, status, price, currency, is_deleted, deal_name, responsible_user_id,"
                " responsible_name, paid_amount, refunded_amount, closed_on, updated_at) values"
                " (10, ?, ?, ?, ?, 'won', 50000, 'RUB', false, 'Сделка', ?, ?, ?, 0, ?, now())",
                [
                    *(501 + 100 * number + place, pipeline, title, channel, user, name),
                    *(Decimal(30000 if place == 0 else 10000), date(2026, 10, 20)),
                ],
            )


def _add_findings(con: duckdb.DuckDBPyConnection, findings: Iterable[Found], cut: datetime) -> None:
    con.execute("delete from quality.findings")
    known = con.execute(
        "select 1 from information_schema.tables"
        " where table_schema = 'quality' and table_name = 'rules'"
    ).fetchone()
    if known:
        con.execute("update quality.rules set ran_at = ?", [cut])
    for column in ("entity_name", "entity_url"):
        con.execute(f"alter table quality.findings add column if not exists {column} text")
    for found in findings:
        name, pipeline, title = _PEOPLE[found.user]
        con.execute(
            "insert into quality.findings (rule_id, severity, entity_type, entity_id, entity_name,"
            " entity_url, account_id, deal_id, deal_name, deal_url, pipeline_id, pipeline_name,"
            " responsible_user_id, responsible_name, money_at_stake, currency, evidence,"
            " first_seen_at, last_seen_at, resolved_at, reopened_count) values"
            " (?, ?, 'deal', ?, ?, ?, 10, ?, ?, ?, ?, ?, ?, ?, ?, 'RUB', '{}', ?, ?, ?, ?)",
            [
                *(found.rule, found.severity, str(found.deal), found.name),
                f"https://demo.amocrm.ru/leads/detail/{found.deal}",
                *(found.deal, found.name, f"https://demo.amocrm.ru/leads/detail/{found.deal}"),
                *(pipeline, title, found.user, name, Decimal(found.money)),
                *(found.seen, cut, cut if found.is_resolved else None, found.reopened),
            ],
        )


def _add_scores(con: duckdb.DuckDBPyConnection, day: date, flagged: Decimal) -> None:
    con.execute(
        "create table if not exists quality.discipline_scores (scored_on date, account_id bigint,"
        " dimension text, dimension_key text, dimension_title text, deals bigint,"
        " flagged_deals bigint, owned_money decimal(18, 2), flagged_money decimal(18, 2),"
        " score double, currency text)"
    )
    con.execute("delete from quality.discipline_scores")
    for dimension, key, owned, bad in (
        ("all", "", Decimal(1_000_000), flagged),
        ("manager", str(ANNA), Decimal(400_000), Decimal(100_000)),
        ("manager", str(BORIS), Decimal(600_000), Decimal(60_000)),
        ("pipeline", str(SALES), Decimal(400_000), Decimal(100_000)),
    ):
        con.execute(
            "insert into quality.discipline_scores values (?, 10, ?, ?, ?, 9, 1, ?, ?, 0, 'RUB')",
            [day, dimension, key, key, owned, bad],
        )


def _add_feeds(con: duckdb.DuckDBPyConnection, cut: datetime, stale: set[str]) -> None:
    for table, columns in (
        (
            "feeds",
            "source text, title text, title_ru text, status text,"
            " last_loaded_at timestamptz, tables bigint, rows bigint",
        ),
        (
            "feed_problems",
            "source text, kind text, subject text, amount decimal(18, 2), rows bigint, detail text",
        ),
    ):
        con.execute(f"create table if not exists quality.{table} ({columns})")
        con.execute(f"delete from quality.{table}")
    for source, title in (
        ("amocrm", "amoCRM"),
        ("yandex_direct", "Яндекс Директ"),
        ("bank_1c", "Банк"),
    ):
        con.execute(
            "insert into quality.feeds values (?, ?, ?, ?, ?, 1, 1)",
            [source, title, title, "stale" if source in stale else "ok", cut],
        )
