"""What is another than in the report before, and why."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reporting.ratio import Ratio


@dataclass(frozen=True)
class Move:
    """One amount then and now; ``n`` counts what stands behind it."""

    key: str
    title: str
    before: Decimal
    after: Decimal
    n_before: int
    n_after: int

    @property
    def change(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class RuleMove:
    """``before`` + ``new`` + ``returned`` - ``mended`` = ``after``."""

    title: str
    is_advice: bool
    before: int
    new: int
    returned: int
    mended: int
    after: int
    money_before: Decimal
    money_after: Decimal

    @property
    def money_change(self) -> Decimal:
        return self.money_after - self.money_before

    @property
    def is_same(self) -> bool:
        moved = self.new or self.returned or self.mended
        return not moved and self.before == self.after and not self.money_change


@dataclass(frozen=True)
class Changes:
    """``since`` is None where no earlier report is known; then nothing else is told.

    ``parts`` of the customers' money sum to ``money``; ``buckets`` say what found its deal.
    """

    on: date | None = None
    since: date | None = None
    money: Move | None = None
    parts: tuple[Move, ...] = ()
    buckets: tuple[Move, ...] = ()
    spend: Move | None = None
    spend_buckets: tuple[Move, ...] = ()
    channels: tuple[Move, ...] = ()
    deals: Move | None = None
    score: Move | None = None
    rules: tuple[RuleMove, ...] = ()

    @property
    def known(self) -> Move | None:
        return next((part for part in self.parts if part.key == "known"), None)

    @property
    def explained_before(self) -> Ratio:
        known, money = self.known, self.money
        return Ratio.of(
            known.before if known else None,
            money.before if money else None,
            "no_earlier",
            "no_money",
        )

    @property
    def explained_after(self) -> Ratio:
        known, money = self.known, self.money
        return Ratio.of(
            known.after if known else None, money.after if money else None, "no_earlier", "no_money"
        )

    @property
    def moved(self) -> tuple[RuleMove, ...]:
        """Rules of which anything is another than it was."""
        return tuple(rule for rule in self.rules if not rule.is_same)

    @property
    def faults(self) -> tuple[RuleMove, ...]:
        return tuple(rule for rule in self.rules if not rule.is_advice)

    @property
    def new(self) -> int:
        return sum(rule.new for rule in self.faults)

    @property
    def returned(self) -> int:
        return sum(rule.returned for rule in self.faults)

    @property
    def mended(self) -> int:
        return sum(rule.mended for rule in self.faults)

    @property
    def open_before(self) -> int:
        return sum(rule.before for rule in self.faults)

    @property
    def open_after(self) -> int:
        return sum(rule.after for rule in self.faults)

    @property
    def worst(self) -> RuleMove | None:
        """The rule with the most new breaches."""
        found = max(self.faults, key=lambda r: (r.new + r.returned, r.money_change), default=None)
        return found if found and found.new + found.returned else None

    @property
    def best(self) -> RuleMove | None:
        """The rule with the most mended ones."""
        found = max(self.faults, key=lambda rule: (rule.mended, -rule.money_change), default=None)
        return found if found and found.mended else None
