"""The score of discipline: the share of money in deals that nothing is wrong with."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reporting.ratio import Ratio


@dataclass(frozen=True)
class ScorePoint:
    on: date
    score: Ratio


@dataclass(frozen=True)
class Hidden:
    """A rule, the deals of one manager that break it, and their money: what mending would show."""

    rule_id: str
    title: str
    deals: int
    money: Decimal


@dataclass(frozen=True)
class ScoreRow:
    """``key`` is a user, a pipeline or a channel; ``trend`` ends with the day itself."""

    key: str
    title: str
    deals: int
    flagged: int
    owned: Decimal
    flagged_money: Decimal
    score: Ratio
    trend: tuple[ScorePoint, ...]
    fixes: tuple[Hidden, ...] = ()

    @property
    def user_id(self) -> int | None:
        return int(self.key) if self.key.isdecimal() and int(self.key) else None

    @property
    def before(self) -> Ratio:
        return self.trend[-2].score if len(self.trend) > 1 else Ratio(None, "no_earlier")

    @property
    def change(self) -> Ratio:
        """In points of a share: 0.05 is five percentage points."""
        if self.score.value is None:
            return self.score
        if self.before.value is None:
            return Ratio(None, "no_earlier")
        return Ratio(self.score.value - self.before.value)


@dataclass(frozen=True)
class Scores:
    """``on`` is None where no score was ever made."""

    on: date | None = None
    company: ScoreRow | None = None
    managers: tuple[ScoreRow, ...] = ()
    pipelines: tuple[ScoreRow, ...] = ()
    channels: tuple[ScoreRow, ...] = ()


@dataclass(frozen=True)
class FieldsRow:
    """How many deals have 0, 1 … 4 of the four fields that an analysis rests on."""

    title: str
    deals: int
    having: tuple[int, ...]
    score: Ratio
    money: Decimal
    weighted: Ratio

    def share(self, fields: int) -> Decimal:
        return Decimal(self.having[fields]) / self.deals if self.deals else Decimal(0)


@dataclass(frozen=True)
class FourFields:
    """``total`` is None where the mart is not in the copy, or empty."""

    total: FieldsRow | None = None
    channels: tuple[FieldsRow, ...] = ()
    managers: tuple[FieldsRow, ...] = ()
