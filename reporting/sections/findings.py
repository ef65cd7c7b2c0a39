"""Open breaches of discipline, by the person who can mend them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb

from reporting.inputs import RuleText
from reporting.sections.links import safe_link
from reporting.view import FindingRow, Findings, ManagerFindings, RuleSummary

SHOWN = 50  # deals listed per manager; the rest is counted

_OPEN = """
select
    rule_id, account_id, entity_id, coalesce(deal_name, entity_id), deal_url, pipeline_name,
    stage_name, responsible_user_id, responsible_name, money_at_stake, first_seen_at,
    reopened_count
from quality.findings
where resolved_at is null
order by money_at_stake desc nulls last, account_id, entity_id, rule_id
"""


@dataclass(frozen=True)
class _Breach:
    rule_id: str
    account_id: int
    entity_id: str
    deal_name: str
    deal_url: str | None
    pipeline: str | None
    stage: str | None
    user_id: int | None
    user_name: str | None
    money: Decimal | None
    first_seen_at: datetime
    reopened: int


def read(con: duckdb.DuckDBPyConnection, texts: Mapping[str, RuleText], zone: ZoneInfo) -> Findings:
    """Open findings; a deal with several breaches is one row, and its money counts once."""
    if not con.execute(
        "from information_schema.tables where table_schema = 'quality' and table_name = 'findings'"
    ).fetchone():
        return Findings(checked=False, deals=0, money=Decimal(0), rules=(), managers=())
    breaches = [_Breach(*row) for row in con.execute(_OPEN).fetchall()]
    by_manager: dict[tuple[int | None, str | None], list[_Breach]] = defaultdict(list)
    for breach in breaches:
        by_manager[breach.user_id, breach.user_name].append(breach)
    managers = [_manager(name, members, texts, zone) for (_, name), members in by_manager.items()]
    managers.sort(key=lambda manager: (-manager.money, -manager.deals, manager.name or ""))
    return Findings(
        checked=True,
        deals=len(_deals(breaches)),
        money=_money(breaches),
        rules=tuple(_rules(breaches, texts)),
        managers=tuple(managers),
    )


def _manager(
    name: str | None, breaches: list[_Breach], texts: Mapping[str, RuleText], zone: ZoneInfo
) -> ManagerFindings:
    deals = _deals(breaches)
    return ManagerFindings(
        name=name,
        deals=len(deals),
        money=_money(breaches),
        rows=tuple(_deal(of_deal, texts, zone) for of_deal in list(deals.values())[:SHOWN]),
    )


def _deal(breaches: list[_Breach], texts: Mapping[str, RuleText], zone: ZoneInfo) -> FindingRow:
    one = breaches[0]
    return FindingRow(
        deal_name=one.deal_name,
        deal_url=safe_link(one.deal_url),
        pipeline=one.pipeline,
        stage=one.stage,
        breaches=tuple(_text(breach.rule_id, texts).title for breach in breaches),
        money=_worth(breaches),
        first_seen_on=min(b.first_seen_at for b in breaches).astimezone(zone).date(),
        reopened=sum(breach.reopened for breach in breaches),
    )


def _rules(breaches: list[_Breach], texts: Mapping[str, RuleText]) -> Iterable[RuleSummary]:
    """Every rule of the company, quiet ones too, and any older rule that still has findings."""
    for rule_id in dict.fromkeys([*texts, *(breach.rule_id for breach in breaches)]):
        own = [breach for breach in breaches if breach.rule_id == rule_id]
        text = _text(rule_id, texts)
        yield RuleSummary(text.title, text.fix, len(_deals(own)), _money(own))


def _text(rule_id: str, texts: Mapping[str, RuleText]) -> RuleText:
    return texts.get(rule_id, RuleText(title=rule_id, fix=""))


def _deals(breaches: Iterable[_Breach]) -> dict[tuple[int, str], list[_Breach]]:
    deals: dict[tuple[int, str], list[_Breach]] = defaultdict(list)
    for breach in breaches:
        deals[breach.account_id, breach.entity_id].append(breach)
    return deals


def _worth(breaches: Iterable[_Breach]) -> Decimal | None:
    return max((b.money for b in breaches if b.money is not None), default=None)


def _money(breaches: Iterable[_Breach]) -> Decimal:
    worths = (_worth(of_deal) for of_deal in _deals(breaches).values())
    return sum((worth for worth in worths if worth is not None), Decimal(0))
