"""How much of amoCRM's seven requests a second does the extraction use?

A server answers after 0.3 s and refuses the eighth request of any second. Ours: the first minute of
a first load. Floor: the time that the requests which brought new rows take at exactly the limit.
The ratio is the limit over the rate reached: 1.05 is 95 %.
"""

import multiprocessing
import time
from pathlib import Path

import requests

from benchmarks.amocrm_pages import PAGE, Account, served
from benchmarks.ingest_leads import load
from benchmarks.measure import Answer, Measured

LIMIT = 7
LATENCY = 0.3
DEALS = 60 * LIMIT * PAGE  # what a minute can bring


def answer(folder: Path, deals: int = DEALS) -> Answer:
    """Watch the extraction for as long as ``deals`` take at the limit."""
    seconds = deals / LIMIT / PAGE
    account = Account(str(folder), 2 * deals + 10 * PAGE, latency=LATENCY, limit=LIMIT)
    with served(account) as url:
        process = multiprocessing.get_context("spawn").Process(
            target=load, args=(folder, url, LIMIT)
        )
        process.start()
        pages, refused = _watch(url, seconds)
        process.terminate()
        process.join()
    name = f"{pages} pages in {seconds:.0f} s at 7 requests/s, {refused} refused / the limit itself"
    return Answer(name, Measured(seconds, 0), Measured(pages / LIMIT, 0), pages * PAGE)


def _watch(url: str, seconds: float) -> tuple[int, int]:
    """Different pages of leads, and refusals, within so many seconds of the first request."""
    while True:
        time.sleep(0.2)
        seen = requests.get(f"{url}/seen", timeout=10).json()
        if seen and time.monotonic() - seen[0][0] > seconds:
            break
    window = [entry for entry in seen if entry[0] - seen[0][0] <= seconds]
    pages = {page for _, page, status in window if status == 200 and page}
    return len(pages), sum(status == 429 for _, _, status in window)
