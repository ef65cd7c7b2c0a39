"""Open breaches by whoever can mend them, by rule, by manager and by thing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from reporting.ratio import Ratio
from reporting.sections.discipline.breaches import (
    SEVERITIES,
    Breach,
    deals_money,
    grouped,
    row_of,
    rule_money,
    seen_on,
    worth,
)
from reporting.sections.discipline.rules import KnownRule, Mended
from reporting.view.findings import (
    Findings,
    KindFindings,
    ManagerFindings,
    RoleFindings,
    RuleSummary,
)

DEALS_SHOWN = 10  # of one manager; the rest is on the manager's own page and in the XLSX file
THINGS_SHOWN = 10  # of one kind
_ROLES = ("responsible", "supervisor", "marketing", "administrator", "accountant")


def build(
    breaches: Sequence[Breach],
    known: Mapping[str, KnownRule],
    summaries: Sequence[RuleSummary],
    since: date | None,
    zone: ZoneInfo,
) -> Findings:
    """Open findings; a deal with several breaches is one row, and its money counts once."""
    broken = [breach for breach in breaches if not breach.is_advice]
    titles = {rule_id: rule.text.title for rule_id, rule in known.items()}
    of_deals = [breach for breach in broken if breach.is_of_deal]
    return Findings(
        checked=True,
        since=since,
        deals=len(grouped(of_deals, lambda breach: breach.deal)),
        money=deals_money(broken),
        payments=_of_kind(broken, "payment"),
        spend=_of_kind(broken, "campaign"),
        roles=tuple(_roles(summaries, broken)),
        advice=tuple(rule for rule in summaries if rule.severity == "advice" and rule.count),
        managers=_managers(of_deals, titles, zone),
        others=_others(broken, titles, zone),
        quiet=tuple(r.title for r in summaries if not r.count and known[r.rule_id].is_run),
        idle=tuple(rule.text.title for rule in known.values() if not rule.is_run),
    )


def summarise(
    known: Mapping[str, KnownRule],
    breaches: Sequence[Breach],
    mended: Mapping[str, Mended],
    since: date | None,
    zone: ZoneInfo,
) -> list[RuleSummary]:
    """Every rule, the worst first, then the dearest."""
    by_rule = grouped(breaches, lambda breach: breach.rule_id)
    found = [
        _summary(rule, by_rule.get(rule_id, []), mended.get(rule_id, Mended()), since, zone)
        for rule_id, rule in known.items()
    ]
    found.sort(key=lambda rule: (SEVERITIES[rule.severity], -rule.money, -rule.count, rule.title))
    return found


def _summary(
    rule: KnownRule, own: Sequence[Breach], mended: Mended, since: date | None, zone: ZoneInfo
) -> RuleSummary:
    return RuleSummary(
        rule_id=rule.rule_id,
        title=rule.text.title,
        fix=rule.text.fix,
        severity=own[0].severity if own else rule.severity,
        role=rule.role,
        kind=rule.kind,
        count=len(own),
        checked=rule.checked,
        money=rule_money(own),
        new=None if since is None else sum(seen_on(breach, zone) > since for breach in own),
        mended=None if since is None else mended.since,
        days=Ratio.known(mended.days, "nothing_mended"),
        mended_ever=mended.ever,
    )


def _roles(summaries: Sequence[RuleSummary], broken: Sequence[Breach]) -> Iterable[RoleFindings]:
    told = [rule for rule in summaries if rule.severity != "advice" and rule.count]
    roles = dict.fromkeys([*_ROLES, *(rule.role for rule in told)])
    for role in roles:
        rules = tuple(rule for rule in told if rule.role == role)
        if rules:
            ids = {rule.rule_id for rule in rules}
            own = [breach for breach in broken if breach.rule_id in ids]
            yield RoleFindings(
                role,
                len(own),
                deals_money(own),
                _of_kind(own, "payment"),
                _of_kind(own, "campaign"),
                rules,
            )


def _managers(
    of_deals: Sequence[Breach], titles: Mapping[str, str], zone: ZoneInfo
) -> tuple[ManagerFindings, ...]:
    """By whoever holds the deal now: that person can open and mend it."""
    managers = []
    for own in grouped(of_deals, lambda breach: breach.user_id or None).values():
        deals = sorted(grouped(own, lambda b: b.deal).values(), key=_dearest)
        shown = tuple(row_of(deal, titles, zone) for deal in deals[:DEALS_SHOWN])
        name = next((b.user_name for b in own if b.user_name), None)
        managers.append(
            ManagerFindings(own[0].user_id or None, name, len(deals), deals_money(own), shown)
        )
    managers.sort(key=lambda manager: (-manager.money, -manager.deals, manager.name or ""))
    return tuple(managers)


def _others(
    broken: Sequence[Breach], titles: Mapping[str, str], zone: ZoneInfo
) -> tuple[KindFindings, ...]:
    by_kind = grouped((b for b in broken if not b.is_of_deal), lambda b: b.entity_type)
    found = []
    for kind, own in by_kind.items():
        things = sorted(grouped(own, lambda breach: breach.thing).values(), key=_dearest)
        rows = tuple(row_of(thing, titles, zone) for thing in things[:THINGS_SHOWN])
        found.append(KindFindings(str(kind), len(things), rows))
    found.sort(key=lambda of_kind: (-of_kind.count, of_kind.kind))
    return tuple(found)


def _dearest(breaches: Sequence[Breach]) -> tuple[Decimal, str]:
    return -(worth(breaches) or Decimal(0)), breaches[0].entity_id


def _of_kind(breaches: Iterable[Breach], kind: str) -> Decimal:
    return rule_money([breach for breach in breaches if breach.entity_type == kind])
