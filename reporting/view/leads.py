"""Deals by where they came from, and where they go."""

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

    @property
    def left_otherwise(self) -> int:
        """Moved to another pipeline or back; the row's parts sum to ``reached``."""
        return self.reached - self.advanced - self.lost_here - self.still_here


@dataclass(frozen=True)
class Pipeline:
    name: str
    created: int
    stages: tuple[Stage, ...]

    @property
    def takes_from_others(self) -> bool:
        """Deals come from other pipelines too: those created here are no base for a share."""
        return any(stage.reached > self.created for stage in self.stages)
