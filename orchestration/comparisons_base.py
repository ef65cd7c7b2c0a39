"""A pair of relations that ought to be the same."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """Two relations of the same columns; rows are compared as a multiset."""

    subject: str
    truth: str
    model: str

    @property
    def truth_tables(self) -> set[str]:
        return set(re.findall(r"\btruth_(\w+)", self.truth))

    @property
    def needs_warehouse(self) -> bool:
        return "warehouse." in self.model
