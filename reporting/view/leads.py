"""Deals by where they came from."""

from dataclasses import dataclass

from reporting.ratio import Ratio


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
