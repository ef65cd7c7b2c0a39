"""The sales department: who earned what, how the CRM is kept, what hangs, why deals are lost.

Money is prices on the cards of deals, a promise, unless said otherwise.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reporting.ratio import Ratio

Clock = Literal["calendar", "working"]
WaitingOn = Literal["client", "manager", "unknown"]
StuckReason = Literal["over_limit", "over_p90", "no_next_step"]


@dataclass(frozen=True)
class CreditRow:
    """Money of won deals by every rule of credit; ``current`` is what amoCRM's own report shows."""

    name: str
    closer: Ratio
    originator: Ratio
    share_time: Ratio
    current: Ratio
    difference: Ratio  # current less closer

    @property
    def most(self) -> Decimal:
        """By the rule that gives the manager the most."""
        rules = (self.closer, self.originator, self.share_time, self.current)
        return max(rule.value or Decimal(0) for rule in rules)


@dataclass(frozen=True)
class CreditTable:
    """Every rule sums over ``rows`` to the same ``total``."""

    rows: tuple[CreditRow, ...]
    total: CreditRow


@dataclass(frozen=True)
class HabitRow:
    name: str
    moves: int
    instant: Ratio
    sloppy: Ratio
    mass: Ratio
    won: int
    noise: Ratio  # wins without a single step between


@dataclass(frozen=True)
class MassChange:
    on: date
    actor: str
    kind: Literal["stage", "responsible"]
    target: str
    origins: str | None
    deals: int
    money: Decimal


@dataclass(frozen=True)
class MassChanges:
    """``rows`` are the largest of ``count``."""

    count: int
    changes: int
    rows: tuple[MassChange, ...]


@dataclass(frozen=True)
class WaitingRow:
    """Deals that stand in a stage with a limit; ``over_money`` is of those over it."""

    on: WaitingOn | None
    deals: int
    over: int
    near: int
    over_money: Decimal


@dataclass(frozen=True)
class StandardRow:
    """How a stage or a person keeps the limits; ``broken`` is over all stays that are judged."""

    name: str
    pipeline: str | None
    limit: int | None
    clock: Clock
    judged: int
    broken: Ratio
    over: int
    near: int
    over_money: Decimal


@dataclass(frozen=True)
class Standards:
    """``without`` names stages that have no standard; ``listed`` counts all that need one."""

    waiting: tuple[WaitingRow, ...]
    total: WaitingRow
    stages: tuple[StandardRow, ...]
    people: tuple[StandardRow, ...]
    without: tuple[str, ...]
    listed: int


@dataclass(frozen=True)
class StuckDeal:
    name: str
    url: str | None
    pipeline: str | None
    stage: str
    responsible: str
    reason: StuckReason
    age: int
    norm: int | None
    clock: Clock
    waiting_on: WaitingOn
    money: Decimal | None


@dataclass(frozen=True)
class Stuck:
    """``rows`` are the dearest of ``deals``."""

    deals: int
    money: Decimal
    rows: tuple[StuckDeal, ...]


@dataclass(frozen=True)
class Bucket:
    """A stage where deals lie with no step planned."""

    name: str
    pipeline: str | None
    deals: int
    neglected: int
    share: Ratio
    money: Decimal


@dataclass(frozen=True)
class LossRow:
    """``name`` is None for deals without a reason; ``merged`` > 0 for that many smaller ones."""

    name: str | None
    deals: int
    money: Decimal
    share: Ratio
    is_other: bool = False
    merged: int = 0


@dataclass(frozen=True)
class Losses:
    rows: tuple[LossRow, ...]
    total: LossRow
    without: Ratio
    other: Ratio


@dataclass(frozen=True)
class Sales:
    """``foreign`` counts deals priced in another currency: they count, their prices do not."""

    credit: CreditTable
    credit_paid: CreditTable
    habits: tuple[HabitRow, ...]
    mass: MassChanges
    standards: Standards
    stuck: Stuck
    buckets: tuple[Bucket, ...]
    losses: Losses
    foreign: int
