"""The report's view model: plain values without markup; money is Decimal in one currency.

Counts are deals unless said otherwise. Shares and ratios are fractions (0.25 is 25 %), always made
from sums. A ratio that cannot be known carries the reason instead of a value.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from reporting.inputs import FeedStatus
from reporting.ratio import Ratio, drr

Language = Literal["ru", "en"]
VatPolicy = Literal["gross", "net"]
# How well a sum of customer money is explained, best first.
Explained = Literal["known", "unassigned", "no_source", "no_deal"]


@dataclass(frozen=True)
class Header:
    company: str
    language: Language
    currency: str
    as_of: datetime  # in the company's zone
    zone: str
    period: tuple[date, date] | None  # first and last day with any data
    feeds: tuple[FeedStatus, ...]
    vat_policy: VatPolicy


@dataclass(frozen=True)
class MoneyPart:
    kind: Explained
    amount: Decimal
    share: Ratio


@dataclass(frozen=True)
class Headline:
    """``money``: paid less refunds, the sum of ``parts``; None where no source of it is on."""

    money: Decimal | None
    payments: int
    refunds: int
    parts: tuple[MoneyPart, ...]
    leads: int
    leads_with_source: int
    won: int
    spend: Decimal | None
    campaigns: int
    drr: Ratio

    @property
    def known(self) -> MoneyPart:
        return self.parts[0]

    @property
    def source_share(self) -> Ratio:
        return Ratio.of(self.leads_with_source, self.leads, "no_leads", "no_leads")

    @property
    def win_rate(self) -> Ratio:
        return Ratio.of(self.won, self.leads, "no_leads", "no_leads")


@dataclass(frozen=True)
class LeadRow:
    """Deals by where they came from; ``merged`` > 0 marks a row made of that many smaller ones."""

    channel: str
    title: str
    utm_source: str | None
    leads: int
    won: int
    lost: int
    open: int
    share: Ratio
    merged: int = 0

    @property
    def win_rate(self) -> Ratio:
        return Ratio.of(self.won, self.leads, "no_leads", "no_leads")


@dataclass(frozen=True)
class Leads:
    """``rows`` end with the rest and the unknown; they sum to ``total``, as ``channels`` do."""

    rows: tuple[LeadRow, ...]
    channels: tuple[LeadRow, ...]
    total: LeadRow


@dataclass(frozen=True)
class Stage:
    """``reached`` counts a deal seen further right as well; ``visited`` only real entries."""

    name: str
    reached: int
    visited: int
    advanced: int
    lost_here: int
    still_here: int
    conversion: Ratio
    skip_share: Ratio
    of_created: Ratio


@dataclass(frozen=True)
class Pipeline:
    name: str
    created: int
    stages: tuple[Stage, ...]

    @property
    def takes_from_others(self) -> bool:
        """Deals come from other pipelines too: those created here are no base for a share."""
        return any(stage.reached > self.created for stage in self.stages)


@dataclass(frozen=True)
class MoneyRow:
    """One channel or one month on one basis.

    Amounts are None where their source is off; ``leads`` and ``won`` on the cash basis.
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
    is_withheld: bool = False  # too little money is explained for payback to mean anything

    @property
    def drr(self) -> Ratio:
        found = drr(self.spend, self.net)
        return Ratio(None, "low_coverage") if self.is_withheld and not found.why else found

    @property
    def roas(self) -> Ratio:
        if self.spend is None:
            return Ratio(None, "no_spend_feed")
        if self.is_withheld:
            return Ratio(None, "low_coverage")
        return Ratio.of(self.net, self.spend, "no_money_feed", "no_spend")

    @property
    def lead_cost(self) -> Ratio:
        return Ratio.of(self.spend, self.leads or 0, "no_spend_feed", "no_leads")


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


@dataclass(frozen=True)
class Tie:
    """Two totals that must be equal."""

    kind: Literal["leads", "money_cash", "money_cohort"]
    left: Decimal | int | None
    right: Decimal | int | None

    @property
    def holds(self) -> bool:
        return self.left == self.right


@dataclass(frozen=True)
class Report:
    header: Header
    headline: Headline
    leads: Leads
    pipelines: tuple[Pipeline, ...]
    money: Money
    findings: Findings
    ties: tuple[Tie, ...]
