"""Reports that were not renewed because totals do not agree."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HeldBack:
    """A group of reports that readers see as they were on an earlier day, and why.

    ``reports`` and ``reasons`` are in the reader's language; ``data_as_of`` is in the company's
    zone, None where an older version published them.
    """

    reports: tuple[str, ...]
    reasons: tuple[str, ...]
    data_as_of: datetime | None
