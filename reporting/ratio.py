"""Ratios that are made from sums, and that say why when they cannot be known."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Why = Literal[
    "no_money_feed",
    "no_spend_feed",
    "no_money",
    "no_leads",
    "no_spend",
    "nobody_entered",
    "final_stage",
    "low_coverage",
]


@dataclass(frozen=True)
class Ratio:
    """A fraction, or the reason why there is none."""

    value: Decimal | None
    why: Why | None = None

    @classmethod
    def of(
        cls, part: Decimal | int | None, whole: Decimal | int | None, unknown: Why, empty: Why
    ) -> "Ratio":
        """``part / whole``; ``unknown`` tells why one is None, ``empty`` why whole is not > 0."""
        if part is None or whole is None:
            return cls(None, unknown)
        if whole <= 0:
            return cls(None, empty)
        return cls(Decimal(part) / Decimal(whole))


def drr(spend: Decimal | None, money: Decimal | None) -> Ratio:
    """Spend as a share of net revenue."""
    if money is None:
        return Ratio(None, "no_money_feed")
    return Ratio.of(spend, money, "no_spend_feed", "no_money")
