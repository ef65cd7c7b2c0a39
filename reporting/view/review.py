"""What people have to look at: payments without a deal, tags and sources lost on the way."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reporting.ratio import Ratio


@dataclass(frozen=True)
class Candidate:
    """A deal that the payment could belong to; ``score`` is how sure the way it was found is."""

    name: str
    url: str | None
    method: str | None
    evidence: str | None
    score: Ratio


@dataclass(frozen=True)
class OpenPayment:
    """``candidates`` are the likeliest of ``of_candidates``; ``amount`` is signed, with VAT."""

    on: date
    payer: str | None
    purpose: str | None
    reason: str
    amount: Decimal
    candidates: tuple[Candidate, ...]
    of_candidates: int


@dataclass(frozen=True)
class OpenPayments:
    """``rows`` are the largest of ``count``; with ``rest`` they sum to ``total``."""

    count: int
    rows: tuple[OpenPayment, ...]
    rest: Decimal
    total: Decimal


@dataclass(frozen=True)
class TagRow:
    """One value of a mark as written and every rule of naming that it breaks."""

    mark: str
    value: str
    violations: tuple[str, ...]
    resembles: str | None
    spend: Decimal
    leads: int
    net: Ratio


@dataclass(frozen=True)
class Tags:
    """``rows`` are those with the most money behind them, of ``count``."""

    count: int
    rows: tuple[TagRow, ...]


@dataclass(frozen=True)
class LossPlace:
    """Deals made in one way, and how many of them lost their source before the card."""

    pipeline: str
    maker: Literal["robot", "user"]
    source: str | None
    deals: int
    lost: int
    from_inquiry: int
    from_click: int
    from_visit: int
    unknown: int
    lost_net: Ratio
    merged: int = 0

    @property
    def share(self) -> Ratio:
        return Ratio.of(self.lost, self.deals, "no_leads", "no_leads")


@dataclass(frozen=True)
class SourceLoss:
    rows: tuple[LossPlace, ...]
    total: LossPlace
    overwritten: int


@dataclass(frozen=True)
class Review:
    payments: OpenPayments | None
    tags: Tags
    losses: SourceLoss
