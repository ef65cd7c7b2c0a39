"""What does a day of visits cost over reading its file with DuckDB, and does its memory grow?

A company with 50 million visits a year has 137 000 on a day. Ours: the Logs API on loopback,
parts onto the disk, blocks through Arrow, merge into the warehouse. Floor: the same lines already
on disk, ``read_csv`` into a table. ``python -m benchmarks.metrica_day`` loads a tenth of the day
and a double one too and prints how peak memory grows with it.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from benchmarks.measure import Answer, Measured, measure
from ingestion.pipeline import load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources import yandex_metrica
from sandbox.faults import Faults
from sandbox.model import Company, CompanySpec
from sandbox.servers.yandex_metrica.table import lines
from sandbox.simulation.arrivals import MARKS
from sandbox.simulation.visits import COUNTER, Visit

VISITS = 137_000  # 50 million a year
DEALS = VISITS  # what this benchmark counts instead
_SPEC = CompanySpec(deals=0)
_ZONE = ZoneInfo("Europe/Moscow")


def answer(folder: Path, deals: int = VISITS) -> Answer:
    """Load one day of so many visits both ways."""
    with counter(folder, deals) as settings:
        ours = measure(_load, settings)
    floor = measure(_read_csv, folder / "day.tsv", folder / "floor.duckdb")
    return Answer(f"load a day of {deals:,} Metrica visits / DuckDB read_csv", ours, floor, deals)


def peak(folder: Path, visits: int) -> Measured:
    """Time and peak memory of loading a day of so many visits in a process of its own."""
    folder.mkdir(parents=True)
    with counter(folder, visits) as settings:
        return measure(_load, settings)


@contextmanager
def counter(folder: Path, visits: int) -> Iterator[Settings]:
    """Settings for a counter with so many visits on one day, served by another process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.metrica_day", "serve", str(folder), str(visits)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        os.environ.update(ready["env"])
        section = {"enabled": True, "base_url": ready["url"], "counters": [str(COUNTER)]}
        section |= {"history_months": 0, "requests_per_second": 10, "poll_seconds": 1}
        config = {"company": {"name": "Bench"}, "sources": {"yandex_metrica": section}}
        yield Settings(
            data_dir=folder,
            config_path=folder / "company.toml",
            company_config=check_company_config(config),
            as_of=_SPEC.as_of,
        )
    finally:
        process.terminate()
        process.wait()


def day(count: int) -> list[Visit]:
    """Visits spread over the thirtieth of October, with addresses as long as real ones."""
    midnight = int(datetime(2026, 10, 30, tzinfo=_ZONE).timestamp())
    marks = dict(
        zip(MARKS, ("yandex", "cpc", "71234501", "712345017", "кухни на заказ"), strict=True)
    )
    url = "https://svetlye-kuhni.example/kuhni/uglovye?utm_source=yandex&utm_medium=cpc"
    return [
        Visit(
            2**63 + number,
            str(10**18 + number % 90_000),
            midnight + number * 86_400 // count,
            "ad",
            marks,
            71234501,
            [3100001] if number % 50 == 0 else [],
            f"{url}&utm_campaign=71234501&yclid={10**17 + number}",
            "https://yandex.ru/",
        )
        for number in range(count)
    ]


def serve(folder: Path, visits: int) -> None:
    """A Metrica with one day until standard input closes."""
    from sandbox.running import serve as serving

    with serving(Company(_SPEC, "Bench", "", []), Faults(), ("yandex_metrica",)) as services:
        logs = services.app("yandex_metrica").state.counter.logs
        logs.visits[:] = day(visits)
        logs.faults.polls_before_ready = 0
        text = lines(list(yandex_metrica.settings.FIELDS), logs.visits, _ZONE)
        (folder / "day.tsv").write_text("".join(text), encoding="utf-8")
        ready = {"url": services.url("yandex_metrica"), "env": services.environment()}
        print(json.dumps(ready), flush=True)
        sys.stdin.read()


def _load(settings: Settings) -> None:
    loaded = load_source(yandex_metrica.SOURCE, replace(settings))
    assert loaded.rows["visits"] > 0


def _read_csv(path: Path, warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(
            f"create table visits as select * from read_csv('{path}', delim = '\t', quote = '',"
            " escape = '', header = true, all_varchar = true)"
        )


def main() -> None:
    """Print how the peak of memory grows with the day."""
    with tempfile.TemporaryDirectory() as folder:
        for share in (0.1, 1, 2):
            found = peak(Path(folder) / str(share), int(VISITS * share))
            print(f"{int(VISITS * share):>9,} visits: {found.peak_mb} MB, {found.seconds:.1f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
