"""The report's view model: plain values without markup; money is Decimal in one currency.

Counts are deals unless said otherwise. Shares and ratios are fractions (0.25 is 25 %), always made
from sums. A ratio that cannot be known carries the reason instead of a value.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reporting.ratio import Absent
from reporting.view.attribution import Attribution
from reporting.view.changes import Changes
from reporting.view.design import Design, Fault, Place
from reporting.view.findings import Findings
from reporting.view.funnel import Dwell, Pipeline, Stage
from reporting.view.head import Header, Headline, MoneyPart
from reporting.view.inquiries import Inquiries, InquiryRow
from reporting.view.kinds import Explained, Language, VatPolicy
from reporting.view.leads import LeadRow, Leads
from reporting.view.ledger import Ledger, Ledgers
from reporting.view.money import Money, MoneyRow, MoneyTable, MonthParts
from reporting.view.outlook import Forecast, ForecastMonth, PastForecast
from reporting.view.payback import Payback
from reporting.view.review import Review
from reporting.view.sales import Sales
from reporting.view.scores import FourFields, Scores

__all__ = [
    "Attribution",
    "Changes",
    "Design",
    "Dwell",
    "Explained",
    "Fault",
    "Findings",
    "Forecast",
    "ForecastMonth",
    "FourFields",
    "Header",
    "Headline",
    "Inquiries",
    "InquiryRow",
    "Language",
    "LeadRow",
    "Leads",
    "Ledger",
    "Ledgers",
    "Money",
    "MoneyPart",
    "MoneyRow",
    "MoneyTable",
    "MonthParts",
    "PastForecast",
    "Payback",
    "Pipeline",
    "Place",
    "Report",
    "Review",
    "Sales",
    "Scores",
    "Stage",
    "Tie",
    "VatPolicy",
]


@dataclass(frozen=True)
class Tie:
    """Two totals that must be equal."""

    kind: Literal[
        "leads",
        "credit",
        "losses",
        "money_cash",
        "money_cohort",
        "money_payback",
        "money_models",
        "money_ledger",
        "spend_cash",
        "spend_cohort",
        "spend_payback",
        "spend_ledger",
    ]
    left: Decimal | int | None
    right: Decimal | int | None

    @property
    def is_idle(self) -> bool:
        """There is nothing on either side, so agreement proves nothing."""
        return not self.left and not self.right

    @property
    def holds(self) -> bool:
        return self.is_idle or self.left == self.right


@dataclass(frozen=True)
class Report:
    header: Header
    headline: Headline
    ledgers: Ledgers
    payback: Payback
    attribution: Attribution
    review: Review
    leads: Leads
    inquiries: Inquiries
    pipelines: tuple[Pipeline, ...]
    sales: Sales
    forecast: Forecast
    money: Money
    design: Design
    changes: Changes
    scores: Scores
    fields: FourFields
    findings: Findings
    ties: tuple[Tie, ...]

    @property
    def absent(self) -> Absent:
        return self.headline.absent
