"""Ratios that are made from sums, and that say why when they cannot be known."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Why = Literal[
    "no_deals_feed",
    "deals_not_loaded",
    "no_money_feed",
    "money_not_loaded",
    "spend_off",
    "spend_not_loaded",
    "no_spend_feed",
    "no_money",
    "no_leads",
    "no_spend",
    "nobody_entered",
    "final_stage",
    "low_coverage",
    "order_unknown",
    "no_stays",
    "still_standing",
    "no_moves",
    "no_wins",
    "none_judged",
    "no_losses",
    "no_inquiries",
    "no_history",
    "no_payments_yet",
    "nothing_paid",
    "no_new_leads",
    "no_qualifying",
    "no_qualified",
    "no_customers",
    "no_cogs",
    "low_cogs",
    "low_leads",
    "few_paths",
    "no_score",
    "nothing_mended",
    "no_deals_here",
    "no_owned",
    "no_earlier",
]


@dataclass(frozen=True)
class Absent:
    """Why whole kinds of numbers cannot be known; None where their source is on and has loaded."""

    deals: Why | None = None
    money: Why | None = None
    spend: Why | None = None

    @property
    def unknown_money(self) -> Why:
        """Why an amount of money is NULL."""
        return self.money or "no_money_feed"

    @property
    def unknown_spend(self) -> Why:
        """Why a spend is NULL: a channel that is on may still have no cabinet."""
        return self.spend or "no_spend_feed"

    @property
    def explained(self) -> Why | None:
        """Why money cannot be tied to channels: that takes both the payments and the deals."""
        return self.money or self.deals


@dataclass(frozen=True)
class Ratio:
    """A number, most often a fraction, or the reason why there is none."""

    value: Decimal | None
    why: Why | None = None

    @classmethod
    def known(cls, value: Decimal | float | None, unknown: Why) -> "Ratio":
        """A number made elsewhere; ``unknown`` tells why it is None."""
        return cls(None, unknown) if value is None else cls(Decimal(str(value)))

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


def drr(spend: Decimal | None, money: Decimal | None, absent: Absent) -> Ratio:
    """Spend as a share of net revenue."""
    if money is None:
        return Ratio(None, absent.unknown_money)
    return Ratio.of(spend, money, absent.unknown_spend, "no_money")
