"""The top of the page: whose it is, of when, and the numbers that say the most."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reporting.inputs import FeedStatus
from reporting.ratio import Absent, Ratio
from reporting.view.held import HeldBack
from reporting.view.kinds import Explained, Language, VatPolicy


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
    held_back: tuple[HeldBack, ...] = ()


@dataclass(frozen=True)
class MoneyPart:
    """``amount`` is None where payments or deals are absent, so that nothing can be tied."""

    kind: Explained
    amount: Decimal | None
    share: Ratio


@dataclass(frozen=True)
class Headline:
    """``money``: paid less refunds, the sum of ``parts``. What ``absent`` names is None.

    ``provisional_spend`` is the part of ``spend`` of days that the cabinet has not closed, the
    first of them being ``provisional_from``. ``is_money_whole`` is False where some of the payments
    could not be loaded.
    """

    absent: Absent
    money: Decimal | None
    is_money_whole: bool
    payments: int | None
    refunds: int | None
    parts: tuple[MoneyPart, ...]
    leads: int | None
    leads_with_source: int | None
    won: int | None
    spend: Decimal | None
    provisional_spend: Decimal | None
    provisional_from: date | None
    campaigns: int | None
    drr: Ratio

    @property
    def known(self) -> MoneyPart:
        return self.parts[0]

    @property
    def source_share(self) -> Ratio:
        return self._of_leads(self.leads_with_source)

    @property
    def win_rate(self) -> Ratio:
        return self._of_leads(self.won)

    def _of_leads(self, part: int | None) -> Ratio:
        return Ratio.of(part, self.leads, self.absent.deals or "no_leads", "no_leads")
