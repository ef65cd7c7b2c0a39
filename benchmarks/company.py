"""A simulated company behind local servers without a throttle, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ingestion.settings import Settings, read_company_config
from ingestion.sources.amocrm.config import AmocrmSection
from sandbox.__main__ import ready_line
from sandbox.company import simulate
from sandbox.faults import Faults
from sandbox.model import CompanySpec
from sandbox.running import serve

UNTHROTTLED = 1_000_000


@contextmanager
def company(folder: Path, deals: int) -> Iterator[Settings]:
    """Settings for a company of that many deals; its servers stop when the block ends."""
    import os

    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.company", str(folder), str(deals)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        os.environ.update(json.loads(process.stdout.readline())["env"])
        config = read_company_config(folder / "company.toml")
        settings = Settings(
            data_dir=folder,
            config_path=folder / "company.toml",
            company_config=config,
            as_of=CompanySpec().as_of,
        )
        crm = settings.section(AmocrmSection)
        fast = crm.model_copy(update={"requests_per_second": UNTHROTTLED})
        sources = config.sources.model_copy(update={"amocrm": fast})
        yield replace(settings, company_config=config.model_copy(update={"sources": sources}))
    finally:
        process.terminate()
        process.wait()


def main(folder: Path, deals: int) -> None:
    """Serve until standard input closes."""
    simulated = simulate(CompanySpec(deals=deals))
    with serve(simulated, Faults(rate_limit_per_second=None, events_limit=250)) as services:
        services.write_files(folder / "inbox")
        (folder / "company.toml").write_text(services.config(), encoding="utf-8")
        print(ready_line(services), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
