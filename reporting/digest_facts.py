"""What a digest rests on, read from the published copy for one reader's scope.

The facts of a delivered digest are kept as JSON with the log of deliveries: the next one tells what
is new or worse by comparing with exactly what this reader was told.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb

from reporting.inputs import FeedStatus
from reporting.scope import Scope
from reporting.view import Report

# Advice is for the page: a message at nine has to be worth a look.
SEVERITIES = ("blocker", "error", "warning")
Basis = Literal["romi", "return"]
_UNKNOWN = ("unknown", "unassigned")


@dataclass(frozen=True)
class RuleFacts:
    """Open findings of one rule; ``reopened`` counts comebacks of all findings ever."""

    findings: int
    money: Decimal
    reopened: int = 0


@dataclass(frozen=True)
class ChannelPayback:
    """ROMI as a fraction or, where costs of goods are not known, net revenue per unit of spend."""

    title: str
    basis: Basis
    value: Decimal


@dataclass(frozen=True)
class Facts:
    """Fractions are 0 to 1; None is what cannot be known. ``cut_at`` is when checks last ran."""

    cut_at: datetime
    explained: Decimal | None
    money: Decimal | None
    best: ChannelPayback | None
    worst: ChannelPayback | None
    won: int | None
    won_money: Decimal | None
    score: Decimal | None
    rules: Mapping[str, RuleFacts] = field(default_factory=dict)
    stale: tuple[str, ...] = ()

    def as_json(self) -> str:
        return json.dumps(asdict(self), default=_plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Facts":
        said = json.loads(text)
        return cls(
            cut_at=datetime.fromisoformat(said["cut_at"]),
            explained=_number(said["explained"]),
            money=_number(said["money"]),
            best=_channel(said["best"]),
            worst=_channel(said["worst"]),
            won=said["won"],
            won_money=_number(said["won_money"]),
            score=_number(said["score"]),
            rules={
                rule: RuleFacts(one["findings"], Decimal(one["money"]), one["reopened"])
                for rule, one in said["rules"].items()
            },
            stale=tuple(said["stale"]),
        )


def read_facts(
    con: duckdb.DuckDBPyConnection,
    report: Report | None,
    scope: Scope,
    feeds: Sequence[FeedStatus],
    zone: ZoneInfo,
) -> Facts:
    """Facts of one reader; ``report`` is the owner's page where the scope is whole, else None.

    ``con`` has the variable ``company_currency`` and the published copy as its database.
    """
    cut = _cut(con)
    today = cut.astimezone(zone).date()
    explained, money = _explained(con, report, scope)
    best, worst = _payback(report)
    won, won_money = (None, None) if report is not None else _won(con, scope, today)
    return Facts(
        cut_at=cut,
        explained=explained,
        money=money,
        best=best,
        worst=worst,
        won=won,
        won_money=won_money,
        score=_score(con, scope),
        rules=_rules(con, scope),
        stale=tuple(sorted(feed.name for feed in feeds if feed.status == "stale")),
    )


def bound(scope: Scope) -> str:
    """The scope as a condition over findings: a bounded reader sees what belongs to a deal."""
    return "true" if scope.is_whole else f"(deal_id is not null and {scope.condition()})"


def has(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = con.execute(
        "select 1 from information_schema.tables where table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchone()
    return found is not None


def _cut(con: duckdb.DuckDBPyConnection) -> datetime:
    moments: list[datetime] = []
    for table, column in (("findings", "last_seen_at"), ("rules", "ran_at")):
        if has(con, "quality", table):
            row = con.execute(f"select max({column}) from quality.{table}").fetchone()  # noqa: S608
            if row and row[0]:
                moments.append(row[0])
    return max(moments).astimezone(UTC) if moments else datetime(1970, 1, 1, tzinfo=UTC)


def _explained(
    con: duckdb.DuckDBPyConnection, report: Report | None, scope: Scope
) -> tuple[Decimal | None, Decimal | None]:
    if report is not None:
        return report.headline.known.share.value, report.headline.money
    known, money = _row(
        con,
        f"""
        select sum(net) filter (where not list_contains($unknown, coalesce(channel, 'unknown'))),
            sum(net)
        from (
            select channel, coalesce(paid_amount, 0) + coalesce(refunded_amount, 0) as net
            from marts.fct_deals
            where not is_deleted and currency = getvariable('company_currency')
                and {scope.condition()}
        )
        """,  # noqa: S608 - a scope is made of integers
        {"unknown": list(_UNKNOWN)},
    )
    if not isinstance(money, Decimal) or money <= 0:
        return None, None
    return Decimal(str(known or 0)) / money, money


def _payback(report: Report | None) -> tuple[ChannelPayback | None, ChannelPayback | None]:
    """Channels with spend and a return that is not withheld, by the page's own figures."""
    if report is None:
        return None, None
    rows = [row for row in report.payback.channels.rows if row.kind == "known" and row.spend]
    known = [
        ChannelPayback(row.title, "romi", row.romi.value)
        for row in rows
        if row.romi.value is not None
    ]
    if len(known) < len(rows):
        known = [
            ChannelPayback(row.title, "return", row.net / row.spend)
            for row in rows
            if row.spend and row.net is not None and not row.coverage.lacks(row.coverage.money)
        ]
    known.sort(key=lambda channel: (channel.value, channel.title))
    if not known:
        return None, None
    return known[-1], known[0] if len(known) > 1 else None


def _won(con: duckdb.DuckDBPyConnection, scope: Scope, today: date) -> tuple[int, Decimal]:
    count, money = _row(
        con,
        f"""
        select count(*), coalesce(sum(price), 0)
        from marts.fct_deals
        where status = 'won' and not is_deleted and currency = getvariable('company_currency')
            and closed_on > $today::date - 30
            and {scope.condition()}
        """,  # noqa: S608
        {"today": today},
    )
    return int(str(count)), Decimal(str(money))


def _score(con: duckdb.DuckDBPyConnection, scope: Scope) -> Decimal | None:
    """The latest day's, summed over the reader's pipelines or people before it is divided."""
    if not has(con, "quality", "discipline_scores"):
        return None
    dimension: str = "all"
    keys: tuple[int, ...] = ()
    if scope.users:
        dimension, keys = "manager", scope.users
    elif scope.pipelines:
        dimension, keys = "pipeline", scope.pipelines
    own = "" if dimension == "all" else "and list_contains($keys, dimension_key)"
    owned, flagged = _row(
        con,
        f"""
        select sum(owned_money), sum(flagged_money)
        from quality.discipline_scores
        where scored_on = (select max(scored_on) from quality.discipline_scores)
            and dimension = $dimension and currency = getvariable('company_currency') {own}
        """,  # noqa: S608
        {"dimension": dimension} | ({"keys": [str(key) for key in keys]} if own else {}),
    )
    if not isinstance(owned, Decimal) or owned <= 0:
        return None
    return 1 - Decimal(str(flagged or 0)) / owned


def _rules(con: duckdb.DuckDBPyConnection, scope: Scope) -> dict[str, RuleFacts]:
    if not has(con, "quality", "findings"):
        return {}
    rows = con.execute(
        f"""
        select rule_id, count(*) filter (where resolved_at is null),
            coalesce(sum(money_at_stake) filter (
                where resolved_at is null
                    and coalesce(currency, getvariable('company_currency'))
                        = getvariable('company_currency')
            ), 0)::decimal(18, 2),
            sum(reopened_count)::bigint
        from quality.findings
        where list_contains($severities, severity) and {bound(scope)}
        group by rule_id
        """,  # noqa: S608
        {"severities": list(SEVERITIES)},
    ).fetchall()
    return {rule: RuleFacts(int(n), money, int(back or 0)) for rule, n, money, back in rows}


def _row(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, object]
) -> tuple[object, ...]:
    row = con.execute(sql, parameters).fetchone()
    assert row is not None
    return tuple(row)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} cannot stand in facts")


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _channel(said: dict[str, str] | None) -> ChannelPayback | None:
    if said is None:
        return None
    basis: Basis = "romi" if said["basis"] == "romi" else "return"
    return ChannelPayback(said["title"], basis, Decimal(said["value"]))
