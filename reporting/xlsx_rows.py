"""Rows of the workbook of findings, as the published copy has them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb

from reporting.scope import Scope
from reporting.view import Language

_AT_ONCE = 5_000  # rows read from the warehouse
_RANK = "list_position(['blocker', 'error', 'warning', 'advice'], {severity})"

# a rule that was removed has findings and no row of its own
_RULES = """
with found as (
    select
        rule_id, currency, any_value(severity) as severity, any_value(owner_role) as owner_role,
        count(*) as findings, count(distinct (account_id, deal_id)) as deals,
        sum(money_at_stake) as money
    from quality.findings
    where resolved_at is null and {scope}
    group by rule_id, currency
)

select
    coalesce(r.rule_id, f.rule_id) as rule_id, coalesce(r.severity, f.severity) as severity,
    coalesce(r.owner_role, f.owner_role) as owner_role, r.title_{language}, r.fix_{language},
    coalesce(f.findings, 0), coalesce(f.deals, 0), coalesce(f.money, 0) as money, f.currency,
    r.checked, r.is_run, r.ran_at
from quality.rules as r
full outer join found as f on r.rule_id = f.rule_id
order by {rank}, money desc, rule_id, f.currency
"""

_FINDINGS = """
select
    f.severity, coalesce(r.title_{language}, f.rule_id), r.fix_{language}, f.entity_type,
    coalesce(f.entity_name, f.deal_name, f.entity_id), coalesce(f.entity_url, f.deal_url),
    f.deal_id, f.deal_name, f.deal_url, f.pipeline_name, f.stage_name, f.responsible_name,
    coalesce(c.title_{language}, f.channel), f.money_at_stake, f.currency, f.evidence,
    f.first_seen_at, f.reopened_count
from quality.findings as f
left join quality.rules as r on f.rule_id = r.rule_id
left join seeds.channels as c on f.channel = c.channel
where f.resolved_at is null and {scope} and {reader}
order by
    {rank}, f.money_at_stake desc nulls last, f.rule_id, f.account_id, f.entity_id
"""

# what concerns nobody in person goes to whoever has the role
_READERS = """
with open_ones as (
    select
        nullif(responsible_user_id, 0) as user_id, responsible_name, money_at_stake,
        case when coalesce(responsible_user_id, 0) = 0 then owner_role end as owner_role
    from quality.findings
    where resolved_at is null and {scope}
)

select user_id, owner_role, max(responsible_name)
from open_ones
group by user_id, owner_role
order by user_id is null, sum(money_at_stake) desc nulls last, user_id, owner_role
"""


@dataclass(frozen=True)
class RuleRow:
    """A rule and its open findings of one currency; one without findings has none."""

    rule_id: str
    severity: str
    owner_role: str | None
    title: str | None
    fix: str | None
    findings: int
    deals: int
    money: Decimal
    currency: str | None
    checked: int | None
    is_run: bool | None
    ran_at: datetime | None


@dataclass(frozen=True)
class FindingRow:
    severity: str
    rule: str
    fix: str | None
    entity: str
    name: str
    url: str | None
    deal_id: int | None
    deal_name: str | None
    deal_url: str | None
    pipeline: str | None
    stage: str | None
    responsible: str | None
    channel: str | None
    money: Decimal | None
    currency: str | None
    evidence: str | None
    first_seen_at: datetime
    reopened: int


@dataclass(frozen=True)
class Reader:
    """A manager, or a role where nobody is responsible in person."""

    user_id: int | None
    owner_role: str | None
    name: str | None


def read_rules(con: duckdb.DuckDBPyConnection, language: Language, scope: Scope) -> list[RuleRow]:
    rank = _RANK.format(severity="coalesce(r.severity, f.severity)")
    sql = _RULES.format(scope=_bound(scope), language=language, rank=rank)
    return [RuleRow(*row) for row in con.execute(sql).fetchall()]


def read_readers(con: duckdb.DuckDBPyConnection, scope: Scope) -> list[Reader]:
    rows = con.execute(_READERS.format(scope=_bound(scope))).fetchall()
    return [Reader(*row) for row in rows]


def read_findings(
    con: duckdb.DuckDBPyConnection, language: Language, scope: Scope, reader: Reader | None = None
) -> Iterator[FindingRow]:
    """Of one reader or of all, the gravest and costliest first; a part of them at a time."""
    condition, parameters = _of(reader)
    sql = _FINDINGS.format(
        scope=_bound(scope, "f"),
        language=language,
        rank=_RANK.format(severity="f.severity"),
        reader=condition,
    )
    found = con.execute(sql, parameters)
    while rows := found.fetchmany(_AT_ONCE):
        yield from (FindingRow(*row) for row in rows)


def _of(reader: Reader | None) -> tuple[str, list[int | str | None]]:
    if reader is None:
        return "true", []
    if reader.user_id is not None:
        return "f.responsible_user_id = ?", [reader.user_id]
    return (
        "coalesce(f.responsible_user_id, 0) = 0 and f.owner_role is not distinct from ?",
        [reader.owner_role],
    )


def _bound(scope: Scope, alias: str = "") -> str:
    if scope.is_whole:
        return "true"
    prefix = f"{alias}." if alias else ""
    return f"({scope.condition(alias)}) and {prefix}deal_id is not null"
