"""Finds the sentence for a person inside what Dagster, dlt and DuckDB wrap around it."""

import re
from pathlib import Path

from expectations.errors import ExpectationsError
from ingestion.errors import SkvozError
from orchestration.warehouse import WarehouseError
from reporting.errors import ReportError

_DISK_FULL = re.compile(r"no space left|disk is full", re.IGNORECASE)


def expected_failure(error: BaseException | None, data_dir: Path) -> SkvozError | None:
    """The first expected error in a chain of causes; None means a defect of ours."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        # first of all: whatever else a full disk broke, this is what a person has to mend
        if _DISK_FULL.search(str(error)):
            return WarehouseError(f"{data_dir}: the disk is full; free some space and start again")
        if isinstance(error, SkvozError):
            return error
        if isinstance(error, ExpectationsError | ReportError):
            return SkvozError(str(error))
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None
