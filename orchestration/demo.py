"""The whole project against a company whose truth is known, and a scoreboard of both."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from ingestion.errors import SkvozError
from ingestion.settings import ROOT, load_settings
from orchestration.assets.publish import published_file
from orchestration.running import run_job
from orchestration.scoreboard import print_scoreboard
from orchestration.summary import print_summary

_STOP_SECONDS = 10


class DemoError(SkvozError):
    """The demo company's servers did not start."""


def run_demo(folder: Path, *, deals: int, months: int, seed: int) -> bool:
    """Empty ``folder``, simulate a company, run the daily job over HTTP, compare with the truth.

    Leaves nothing running. Returns whether every comparison was perfect.

    Raises:
        DemoError: the local servers did not start, or the folder is not a demo's.
    """
    console = Console()
    _empty(folder)
    console.print(f"Demo company: {deals} deals over {months} months, seed {seed}", style="bold")
    with _services(folder, deals=deals, months=months, seed=seed) as environment:
        os.environ.update(environment)
        os.environ.update(demo_environment(folder))
        settings = load_settings()
        outcome = run_job(settings, "daily")
    print_summary(settings, console, outcome)
    scores = print_scoreboard(
        *(published_file(settings.published_dir), folder / "truth", console),
        settings.warehouse_path,
    )
    console.print(
        "\nNext: open the report in a browser; `make ui DEMO=1` shows the same run in Dagster; "
        "to connect your own company fill in config/company.toml, then "
        "`.venv/bin/skvoz doctor` and `make run`.",
        soft_wrap=True,
    )
    return all(score.is_perfect for score in scores)


def demo_environment(folder: Path) -> dict[str, str]:
    """Variables that point the project at a demo company's folder.

    Raises:
        DemoError: no demo has been laid out there.
    """
    company = folder / "company.toml"
    if not company.exists():
        raise DemoError(f"{folder}: no demo company there yet; run `make demo` first")
    as_of = (folder / "as_of.txt").read_text(encoding="utf-8").strip()
    return {
        "SKVOZ_DATA_DIR": str(folder),
        "SKVOZ_CONFIG": str(company),
        "SKVOZ_AS_OF": as_of,
    }


def _empty(folder: Path) -> None:
    # only ever delete what an earlier demo wrote
    marker = folder / ".skvoz-demo"
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise DemoError(f"{folder}: not empty and not a demo's; give an empty folder with --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    marker.write_text("a demo company; everything here is deleted by the next demo\n")


@contextmanager
def _services(folder: Path, *, deals: int, months: int, seed: int) -> Iterator[dict[str, str]]:
    command = [
        *(sys.executable, "-m", "sandbox", "--data-dir", str(folder)),
        *("--deals", str(deals), "--months", str(months), "--seed", str(seed), "--feeds", "all"),
    ]
    # the servers end when their standard input closes, so a killed demo leaves nothing behind
    process = subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise DemoError(f"the demo company's servers did not start: {' '.join(command)}")
        environment: dict[str, str] = json.loads(line)["env"]
        yield environment
    finally:
        process.terminate()
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
