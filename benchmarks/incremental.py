"""What does an hourly run cost in which nothing changed, over the first load of the same leads?

It asks for the latest edits only, so the ratio falls as the account grows: the run itself takes the
same seconds, most of them dlt's own start and the merge of the few leads of the overlap.
"""

from pathlib import Path

from benchmarks.amocrm_pages import Account, served
from benchmarks.ingest_leads import load
from benchmarks.measure import Answer, measure

DEALS = 200_000


def answer(folder: Path, deals: int = DEALS) -> Answer:
    """Load ``deals`` leads, and then once more."""
    with served(Account(str(folder), deals, cpu=1)) as url:
        first = measure(load, folder, url)
        second = measure(load, folder, url)
    return Answer(
        f"run without changes over {deals:,} leads / their first load", second, first, deals
    )
