"""Customer money and spend by channel and by month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reporting.ratio import Absent, Ratio, drr
from reporting.view.head import MoneyPart


@dataclass(frozen=True)
class MoneyRow:
    """One channel or one month on one basis.

    Amounts are None where their source is absent; ``leads`` and ``won`` on the cash basis too.
    """

    title: str
    channel: str | None
    month: date | None
    leads: int | None
    won: int | None
    paying_deals: int | None
    revenue: Decimal | None
    refunds: Decimal | None
    net: Decimal | None
    spend: Decimal | None
    share: Ratio
    coverage: Ratio
    absent: Absent
    is_withheld: bool = False  # too little money is explained for payback to mean anything

    @property
    def drr(self) -> Ratio:
        found = drr(self.spend, self.net, self.absent)
        return Ratio(None, "low_coverage") if self.is_withheld and not found.why else found

    @property
    def roas(self) -> Ratio:
        if self.spend is None:
            return Ratio(None, self.absent.unknown_spend)
        if self.is_withheld:
            return Ratio(None, "low_coverage")
        return Ratio.of(self.net, self.spend, self.absent.unknown_money, "no_spend")

    @property
    def lead_cost(self) -> Ratio:
        if self.absent.deals:
            return Ratio(None, self.absent.deals)
        return Ratio.of(self.spend, self.leads or 0, self.absent.unknown_spend, "no_leads")


@dataclass(frozen=True)
class MoneyTable:
    rows: tuple[MoneyRow, ...]
    total: MoneyRow


@dataclass(frozen=True)
class MonthParts:
    month: date
    parts: tuple[MoneyPart, ...]


@dataclass(frozen=True)
class Money:
    """Channels and months on both bases; bases never share a table.

    Payback of a channel is withheld while less than ``minimum_coverage`` of money is explained.
    """

    minimum_coverage: Decimal
    cash: MoneyTable
    cash_months: MoneyTable
    cohort: MoneyTable
    cohort_months: MoneyTable
    month_parts: tuple[MonthParts, ...]
