"""What of the findings belongs to one manager, and nothing of anybody else's."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from reporting.sections.discipline.breaches import (
    SEVERITIES,
    Breach,
    deals_money,
    grouped,
    row_of,
    rule_money,
    worth,
)
from reporting.sections.discipline.rules import KnownRule
from reporting.view.findings import Severity
from reporting.view.kinds import Language
from reporting.view.manager import ManagerPage, OwnRule
from reporting.view.scores import ScoreRow

SHOWN = 100  # of one rule; the XLSX file has all
_GRAVITY: tuple[Severity, ...] = ("blocker", "error", "warning", "advice")
# Rules about what is to be done next: a manager begins the day with them.
NEXT_STEP = ("task_overdue", "open_no_task", "no_next_step", "task_postponed")


def build(
    user_id: int,
    breaches: Sequence[Breach],
    known: Mapping[str, KnownRule],
    score: ScoreRow | None,
    *,
    company: str,
    language: Language,
    currency: str,
    as_of: datetime,
    zone: ZoneInfo,
) -> ManagerPage:
    """``breaches`` may be everyone's: only the person's own are taken."""
    own = [breach for breach in breaches if _is_held(breach, user_id)]
    handed = [breach for breach in breaches if _is_handed(breach, user_id)]
    broken = [breach for breach in own if breach.is_of_deal and not breach.is_advice]
    titles = {rule_id: rule.text.title for rule_id, rule in known.items()}
    rules = list(_rules(own, known, titles, zone))
    others = [rule for rule in rules if rule.rule_id not in NEXT_STEP]
    gone = sorted(grouped(handed, lambda breach: breach.deal).values(), key=_dearest)
    return ManagerPage(
        user_id=user_id,
        name=_name(user_id, own, handed, score),
        company=company,
        language=language,
        currency=currency,
        as_of=as_of.astimezone(zone),
        zone=zone.key,
        score=score,
        deals=len(grouped(broken, lambda breach: breach.deal)),
        money=deals_money(broken),
        tasks=tuple(
            sorted(
                (rule for rule in rules if rule.rule_id in NEXT_STEP),
                key=lambda rule: NEXT_STEP.index(rule.rule_id),
            )
        ),
        urgent=tuple(
            (severity, found)
            for severity in _GRAVITY
            if (found := tuple(rule for rule in others if rule.severity == severity))
        ),
        handed=tuple(row_of(deal, titles, zone) for deal in gone[:SHOWN]),
        handed_deals=len(gone),
    )


def people(breaches: Iterable[Breach]) -> set[int]:
    """Everybody who has anything on a page of their own."""
    found = set()
    for breach in breaches:
        if breach.deal_id is not None:
            found |= {breach.user_id, breach.then_id}
        elif breach.entity_type == "user":
            found.add(_person(breach))
    return {user for user in found if user}


def _is_held(breach: Breach, user_id: int) -> bool:
    """Their own deal now, or a finding about themselves; things without a deal are nobody's."""
    if breach.entity_type == "user":
        return _person(breach) == user_id
    return breach.deal_id is not None and breach.user_id == user_id


def _is_handed(breach: Breach, user_id: int) -> bool:
    is_theirs = breach.is_of_deal and breach.then_id == user_id
    return is_theirs and breach.user_id != user_id and not breach.is_advice


def _person(breach: Breach) -> int | None:
    return int(breach.entity_id) if breach.entity_id.isdecimal() else None


def _rules(
    own: Sequence[Breach],
    known: Mapping[str, KnownRule],
    titles: Mapping[str, str],
    zone: ZoneInfo,
) -> Iterable[OwnRule]:
    found = []
    for of_rule in grouped(own, lambda breach: breach.rule_id).values():
        text = known[of_rule[0].rule_id].text
        things = sorted(grouped(of_rule, lambda breach: breach.thing).values(), key=_dearest)
        rows = tuple(row_of(thing, titles, zone) for thing in things[:SHOWN])
        one = of_rule[0]
        money = rule_money(of_rule)
        found.append(
            OwnRule(one.rule_id, text.title, text.fix, one.severity, len(things), money, rows)
        )
    return sorted(found, key=lambda rule: (SEVERITIES[rule.severity], -rule.money, rule.title))


def _name(
    user_id: int, own: Sequence[Breach], handed: Sequence[Breach], score: ScoreRow | None
) -> str:
    said = [b.user_name for b in own] + [b.then_name for b in handed]
    if score and score.title not in ("", "—"):
        return score.title
    return next((name for name in said if name), str(user_id))


def _dearest(breaches: Sequence[Breach]) -> tuple[object, ...]:
    return -(worth(breaches) or 0), breaches[0].entity_id
