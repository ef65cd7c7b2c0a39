"""What of UIS could not be loaded whole, or looks wrong: a query over ``raw_uis``."""

from ingestion.days import malformed_records, silent_days, unknown_values
from ingestion.sources.uis.settings import KNOWN_VALUES, REPORTS

PROBLEMS = "\nunion all\n".join(
    [
        *(malformed_records(f"raw_uis.{report.table}", report.day) for report in REPORTS),
        *(
            unknown_values(f"raw_uis.{table}", column, known)
            for (table, column), known in KNOWN_VALUES.items()
        ),
        *(silent_days(f"raw_uis.{r.table}", r.day, ("account_id",)) for r in REPORTS),
    ]
)
