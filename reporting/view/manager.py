"""One manager's own page: what to mend first, and how the score goes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reporting.view.findings import FindingRow, Severity
from reporting.view.kinds import Language
from reporting.view.scores import ScoreRow


@dataclass(frozen=True)
class OwnRule:
    """One rule and the manager's things that break it; ``rows`` are the costliest of ``count``."""

    rule_id: str
    title: str
    fix: str
    severity: Severity
    count: int
    money: Decimal
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True)
class ManagerPage:
    """``deals`` and ``money`` leave advice out; a deal with several breaches counts once.

    ``tasks`` are rules about the next step, ``urgent`` the rest by gravity. ``handed`` are deals
    that the manager closed and another holds now: they lower the score of the one who closed.
    """

    user_id: int
    name: str
    company: str
    language: Language
    currency: str
    as_of: datetime
    zone: str
    score: ScoreRow | None
    deals: int
    money: Decimal
    tasks: tuple[OwnRule, ...]
    urgent: tuple[tuple[Severity, tuple[OwnRule, ...]], ...]
    handed: tuple[FindingRow, ...]
    handed_deals: int
