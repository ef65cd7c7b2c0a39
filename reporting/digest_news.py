"""What is new or got worse since a reader was last told, by rule and by money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb

from reporting.digest_facts import SEVERITIES, RuleFacts, bound, has
from reporting.scope import Scope
from reporting.sections.links import safe_link

NAMES_SHOWN = 3  # of one rule
_NOTHING = RuleFacts(0, Decimal(0))


@dataclass(frozen=True)
class Entity:
    """Something that is in breach, as a person calls it."""

    name: str
    url: str | None


@dataclass(frozen=True)
class RuleNews:
    """``count`` and ``money`` are by how much the rule got worse; ``new`` were never seen before.

    ``entities`` are the costliest of the new ones.
    """

    rule_id: str
    count: int
    money: Decimal
    new: int
    came_back: int
    is_of_deals: bool
    entities: tuple[Entity, ...]


def read_news(
    con: duckdb.DuckDBPyConnection,
    scope: Scope,
    now: Mapping[str, RuleFacts],
    then: Mapping[str, RuleFacts] | None,
    since: datetime | None,
) -> list[RuleNews]:
    """Rules that got worse, the costliest first.

    A rule is worse when findings were first seen after ``since`` (None: all of them are new), when
    findings came back, or when more of them or more money stand open than ``then``. A finding that
    is new counts even where others were mended meanwhile.
    """
    fresh = _fresh(con, scope, since)
    found: list[RuleNews] = []
    for rule, facts in now.items():
        new, new_money, is_of_deals, entities = fresh.get(rule, (0, Decimal(0), True, ()))
        if then is None:
            worse, grown, back = new, new_money, 0
        else:
            before = then.get(rule, _NOTHING)
            back = max(facts.reopened - before.reopened, 0) if facts.findings else 0
            worse = max(new, facts.findings - before.findings, back)
            grown = max(new_money, facts.money - before.money)
        if worse > 0 or grown > 0:
            found.append(RuleNews(rule, worse, grown, new, back, is_of_deals, entities))
    found.sort(key=lambda news: (-news.money, -news.count, news.rule_id))
    return found


_Fresh = tuple[int, Decimal, bool, tuple[Entity, ...]]


def _fresh(
    con: duckdb.DuckDBPyConnection, scope: Scope, since: datetime | None
) -> dict[str, _Fresh]:
    if not has(con, "quality", "findings"):
        return {}
    rows = con.execute(
        f"""
        with fresh as (
            select
                rule_id, entity_type, {_name(con)} as name, {_url(con)} as url,
                case
                    when coalesce(currency, getvariable('company_currency'))
                        = getvariable('company_currency')
                    then coalesce(money_at_stake, 0) else 0
                end as money,
                row_number() over (
                    partition by rule_id
                    order by money_at_stake desc nulls last, account_id, entity_id
                ) as place
            from quality.findings
            where resolved_at is null and list_contains($severities, severity)
                and ($since::timestamptz is null or first_seen_at > $since::timestamptz)
                and {bound(scope)}
        )

        select
            rule_id, count(*), sum(money)::decimal(18, 2), bool_and(entity_type = 'deal'),
            list(name order by place) filter (where place <= $shown),
            list(url order by place) filter (where place <= $shown)
        from fresh
        group by rule_id
        """,  # noqa: S608 - a scope is made of integers
        {"severities": list(SEVERITIES), "since": since, "shown": NAMES_SHOWN},
    ).fetchall()
    return {
        rule: (
            int(count),
            money,
            bool(is_of_deals),
            tuple(Entity(str(n), safe_link(u)) for n, u in zip(names, urls, strict=True)),
        )
        for rule, count, money, is_of_deals, names, urls in rows
    }


def _name(con: duckdb.DuckDBPyConnection) -> str:
    return f"coalesce({_optional(con, 'entity_name')}deal_name, entity_id)"


def _url(con: duckdb.DuckDBPyConnection) -> str:
    return f"coalesce({_optional(con, 'entity_url')}deal_url)"


def _optional(con: duckdb.DuckDBPyConnection, column: str) -> str:
    """A column that a copy published by an older version has not."""
    found = con.execute(
        "select 1 from information_schema.columns"
        " where table_schema = 'quality' and table_name = 'findings' and column_name = ?",
        [column],
    ).fetchone()
    return f"{column}, " if found else ""
