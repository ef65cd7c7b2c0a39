"""What leads have brought to date against what was spent to get them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reporting.ratio import Absent, Ratio, Why, drr

ProfitBasis = Literal["gross_profit", "revenue"]
PaybackStatus = Literal["paid_back", "not_yet", "no_spend", "withheld"]
RowKind = Literal["known", "unknown", "no_deal", "rest", "total"]


@dataclass(frozen=True)
class Coverage:
    """How much is known of what ratios rest on; below ``minimum`` they are withheld."""

    money: Ratio
    leads: Ratio
    minimum: Decimal

    def lacks(self, part: Ratio) -> bool:
        return part.value is not None and part.value < self.minimum


@dataclass(frozen=True)
class PaybackRow:
    """One channel or campaign over all months of leads; ``merged`` counts rows of a rest.

    Amounts and counts are None where their source is absent; ``qualified`` also where no stage
    qualifies. ``sold`` is revenue before refunds, ``with_cogs`` the net revenue whose cost of goods
    is known and ``cogs`` that cost.
    """

    key: str
    title: str
    kind: RowKind
    leads: int | None
    new_leads: int | None
    qualified: int | None
    new_customers: int | None
    spend: Decimal | None
    sold: Decimal | None
    net: Decimal | None
    with_cogs: Decimal | None
    cogs: Decimal | None
    coverage: Coverage
    absent: Absent
    merged: int = 0

    @property
    def qualified_leads(self) -> Ratio:
        return Ratio.known(self.qualified, self.absent.deals or "no_qualifying")

    @property
    def customers(self) -> Ratio:
        return Ratio.known(self.new_customers, self._unknown_customers)

    @property
    def cpl(self) -> Ratio:
        unknown = self.absent.deals or "no_leads"
        return self._cost(self.new_leads, unknown, "no_new_leads", self.coverage.leads)

    @property
    def cpql(self) -> Ratio:
        unknown = self.absent.deals or "no_qualifying"
        return self._cost(self.qualified, unknown, "no_qualified", self.coverage.leads)

    @property
    def cac(self) -> Ratio:
        return self._cost(
            self.new_customers, self._unknown_customers, "no_customers", self.coverage.money
        )

    @property
    def drr(self) -> Ratio:
        found = drr(self.spend, self.net, self.absent)
        return self._withheld(found, self.coverage.money)

    @property
    def cogs_coverage(self) -> Ratio:
        if self.net is None:
            return Ratio(None, self.absent.unknown_money)
        return Ratio.of(self.with_cogs or Decimal(0), self.net, "no_cogs", "no_money")

    @property
    def gross_profit(self) -> Ratio:
        if self.net is None or self.sold is None:
            return Ratio(None, self.absent.unknown_money)
        if not self.sold and not self.net:
            return Ratio(Decimal(0))  # nothing sold cost nothing
        if self.with_cogs is None or self.cogs is None:
            return Ratio(None, "no_cogs")
        if self.coverage.lacks(self.cogs_coverage):
            return Ratio(None, "low_cogs")
        return Ratio(self.with_cogs - self.cogs)

    @property
    def romi(self) -> Ratio:
        profit = self.gross_profit
        if self.spend is None:
            return Ratio(None, self.absent.unknown_spend)
        if profit.value is None:
            return profit
        found = Ratio.of(profit.value - self.spend, self.spend, "no_cogs", "no_spend")
        return self._withheld(found, self.coverage.money)

    @property
    def is_spent_in_vain(self) -> bool:
        """Spend that has not brought a single deal."""
        return bool(self.spend) and self.leads == 0

    @property
    def is_free(self) -> bool:
        """Deals of which no cabinet tells a spend."""
        return not self.spend and bool(self.leads)

    @property
    def _unknown_customers(self) -> Why:
        return self.absent.explained or "no_money_feed"

    def _cost(self, of: int | None, unknown: Why, empty: Why, known: Ratio) -> Ratio:
        if self.spend is None:
            return Ratio(None, self.absent.unknown_spend)
        return self._withheld(Ratio.of(self.spend, of, unknown, empty), known)

    def _withheld(self, found: Ratio, known: Ratio) -> Ratio:
        if found.why or not self.coverage.lacks(known):
            return found
        return Ratio(None, "low_leads" if known is self.coverage.leads else "low_coverage")


@dataclass(frozen=True)
class PaybackTable:
    """``rows`` sum to ``total``; ``bought`` sums those of them that something was spent on."""

    rows: tuple[PaybackRow, ...]
    total: PaybackRow
    bought: PaybackRow
    coverage: Coverage


@dataclass(frozen=True)
class Campaigns:
    """``in_vain`` spent and brought no deal; of ``free`` deals no cabinet tells a spend."""

    table: PaybackTable
    listed: int
    in_vain: PaybackRow
    free: PaybackRow


@dataclass(frozen=True)
class CurvePoint:
    """Cohorts at least ``months`` old: what they had earned by then for each unit of spend."""

    months: int
    cohorts: int
    spend: Decimal
    earned: Decimal

    @property
    def share(self) -> Ratio:
        return Ratio.of(self.earned, self.spend, "no_spend", "no_spend")


@dataclass(frozen=True)
class Curve:
    title: str
    basis: ProfitBasis
    spend: Decimal
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True)
class Cohort:
    """Leads of one month, all channels; ``payback_month`` counts whole months after their own."""

    month: date
    spend: Decimal
    earned: Ratio
    basis: ProfitBasis
    status: PaybackStatus
    payback_month: int | None
    coverage: Ratio
    cogs_coverage: Ratio

    @property
    def share(self) -> Ratio:
        if self.earned.value is None:
            return self.earned
        return Ratio.of(self.earned.value, self.spend, "no_spend", "no_spend")


@dataclass(frozen=True)
class Payback:
    channels: PaybackTable
    campaigns: Campaigns
    curves: tuple[Curve, ...]
    cohorts: tuple[Cohort, ...]
