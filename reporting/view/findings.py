"""Open breaches of discipline."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class FindingRow:
    """One deal with every open breach of it."""

    deal_name: str
    deal_url: str | None
    pipeline: str | None
    stage: str | None
    breaches: tuple[str, ...]
    money: Decimal | None
    first_seen_on: date
    reopened: int


@dataclass(frozen=True)
class ManagerFindings:
    """``name`` is None for deals nobody answers for; ``rows`` are the costliest of ``deals``."""

    name: str | None
    deals: int
    money: Decimal
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True)
class RuleSummary:
    title: str
    fix: str
    deals: int
    money: Decimal


@dataclass(frozen=True)
class Findings:
    """``checked`` is False where the checks have never run: silence is not good news then."""

    checked: bool
    deals: int
    money: Decimal
    rules: tuple[RuleSummary, ...]
    managers: tuple[ManagerFindings, ...]
