"""Where deals go and where they are lost, and how long they stay."""

from dataclasses import dataclass

from reporting.ratio import Ratio


@dataclass(frozen=True)
class Dwell:
    """Length of stays in seconds; ``median`` and ``p90`` take those that still last into account.

    ``mean`` is of the ``finished`` ones only, ``left_out`` are stays that cannot be trusted.
    """

    median: Ratio
    p90: Ratio
    mean: Ratio
    finished: int
    open: int
    left_out: int


@dataclass(frozen=True)
class Stage:
    """``reached`` counts a deal seen further right as well; ``visited`` only real entries.

    ``strict`` is those of ``visited`` that had entered every earlier stage, in order.
    """

    name: str
    reached: int
    visited: int
    strict: Ratio
    advanced: int
    lost_here: int
    still_here: int
    conversion: Ratio
    skip_share: Ratio
    of_created: Ratio
    dwell: Dwell | None  # a stage that deals leave no more has none

    @property
    def left_otherwise(self) -> int:
        """Moved to another pipeline or back; the row's parts sum to ``reached``."""
        return self.reached - self.advanced - self.lost_here - self.still_here


@dataclass(frozen=True)
class Pipeline:
    """``is_gone`` where the CRM lists none of its stages any more."""

    name: str
    created: int
    stages: tuple[Stage, ...]
    is_gone: bool

    @property
    def takes_from_others(self) -> bool:
        """Deals come from other pipelines too: those created here are no base for a share."""
        return any(stage.reached > self.created for stage in self.stages)

    @property
    def busiest(self) -> int:
        """Deals of its fullest stage."""
        return max([self.created, *(stage.reached for stage in self.stages)])
