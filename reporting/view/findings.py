"""Open breaches of discipline."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reporting.ratio import Ratio

# Contacts, stages, marks, mass changes and employees show the same deals' money from another side.
_OWN_MONEY = ("deal", "deal_field", "payment", "campaign")

Severity = Literal["blocker", "error", "warning", "advice"]


@dataclass(frozen=True)
class Wrong:
    """A rule that is broken; ``field`` names the field that is empty, where it is about fields."""

    title: str
    field: str | None = None


@dataclass(frozen=True)
class FindingRow:
    """One thing (``kind``: a deal, a payment …) with every open breach of it."""

    name: str
    url: str | None
    kind: str
    pipeline: str | None
    stage: str | None
    breaches: tuple[Wrong, ...]
    money: Decimal | None
    first_seen_on: date
    reopened: int


@dataclass(frozen=True)
class ManagerFindings:
    """``name`` is None for deals nobody answers for; ``rows`` are the costliest of ``deals``."""

    user_id: int | None
    name: str | None
    deals: int
    money: Decimal
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True)
class RuleSummary:
    """``count`` of ``checked`` things (None: not told); ``new`` and ``mended`` since last time.

    ``days`` is the median from a breach's first sight to its mending, over ``mended_ever`` of them.
    """

    rule_id: str
    title: str
    fix: str
    severity: Severity
    role: str
    kind: str
    count: int
    checked: int | None
    money: Decimal
    new: int | None
    mended: int | None
    days: Ratio
    mended_ever: int


@dataclass(frozen=True)
class RoleFindings:
    """What one kind of people can mend; money by its nature, which is never added together."""

    role: str
    count: int
    deals_money: Decimal
    payments_money: Decimal
    spend: Decimal
    rules: tuple[RuleSummary, ...]


@dataclass(frozen=True)
class KindFindings:
    """Things that are no deals; ``rows`` are the costliest of ``count``."""

    kind: str
    count: int
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True)
class Findings:
    """``checked`` is False where the checks have never run: silence is not good news then.

    ``deals``, ``money`` and all but ``advice`` leave advice out. ``since`` is the day of the report
    before. ``quiet`` rules found nothing, ``idle`` ones did not run for want of a source.
    """

    checked: bool
    since: date | None = None
    deals: int = 0
    money: Decimal = Decimal(0)
    payments: Decimal = Decimal(0)
    spend: Decimal = Decimal(0)
    roles: tuple[RoleFindings, ...] = ()
    advice: tuple[RuleSummary, ...] = ()
    managers: tuple[ManagerFindings, ...] = ()
    others: tuple[KindFindings, ...] = ()
    quiet: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[RuleSummary, ...]:
        """Rules that are broken, but for advice."""
        return tuple(rule for role in self.roles for rule in role.rules)

    @property
    def costliest(self) -> tuple[RuleSummary, ...]:
        """Rules that put money at stake, the most first; those that only retell it are left out."""
        own = [rule for rule in self.rules if rule.money > 0 and rule.kind in _OWN_MONEY]
        return tuple(sorted(own, key=lambda rule: (-rule.money, rule.title)))
