"""What is wrong with the way pipelines are built."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True)
class Place:
    """``stage`` is None for a pipeline as a whole, ``pipeline`` for the account.

    ``money``: prices of the deals that stand there now.
    """

    pipeline: str | None
    stage: str | None
    evidence: str
    deals: int
    money: Decimal


@dataclass(frozen=True)
class Fault:
    """One rule and where it is broken; ``places`` are the dearest of ``count``.

    ``money`` is of all its stages, each deal once; of the dearest pipeline where none is named.
    """

    severity: Literal["warning", "advice"]
    title: str
    advice: str | None
    count: int
    money: Decimal
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Design:
    """Warnings first, then advice."""

    faults: tuple[Fault, ...]
