"""A run killed at any point and started again ends in the same marts."""

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import psutil
import pytest

from tests.conftest import SMALL
from tests.workplace import Workplace, workplace

pytestmark = pytest.mark.e2e

PATIENCE_SECONDS = 120


def extracting(place: Workplace, _: psutil.Process) -> bool:
    return place.services.amocrm.requests["GET", "/api/v4/events"] >= 2


def loading(place: Workplace, _: psutil.Process) -> bool:
    """Load packages are written and being carried into the warehouse."""
    packages = (place.folder / "dlt" / "amocrm" / "load").glob("normalized/*/started_jobs/*")
    return any(packages)


def modelling(place: Workplace, process: psutil.Process) -> bool:
    """dbt is at work on the models: some exist and the last one does not yet."""
    at_work = False
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it may end between two looks
            at_work = at_work or (child.name() == "dbt" and "build" in child.cmdline())
    return at_work and (place.folder / "warehouse.duckdb.wal").exists()


def test_a_run_killed_again_and_again_is_made_good_by_the_next(
    tmp_path: Path, finished: Workplace
) -> None:
    moments: tuple[Callable[[Workplace, psutil.Process], bool], ...]
    moments = (extracting, loading, modelling)
    with workplace(
        tmp_path / "place", SMALL, dbt_artefacts=finished.folder / "dbt", is_lean=True
    ) as place:
        for moment in moments:
            kill(place, moment)
            assert not place.published.exists()
        place.run("daily")
        again = place.marts()
        assert statuses(place) == {"FAILURE": len(moments), "SUCCESS": 1}
    expected = finished.marts()
    assert again.keys() == expected.keys()
    for table, rows in expected.items():
        assert without_host(again[table], place) == without_host(rows, finished), table


def kill(place: Workplace, moment: Callable[[Workplace, psutil.Process], bool]) -> None:
    """Start a run and kill it at that moment."""
    killed = place.start("run", "daily")
    watched = psutil.Process(killed.pid)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not moment(place, watched):
        assert killed.poll() is None, f"ended before {moment.__name__}: {killed.stdout.read()}"
        assert time.monotonic() < deadline, f"{moment.__name__} never came"
        time.sleep(0.005)
    # only the run itself: a child of it may go on writing, as after an out-of-memory kill
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()


def test_ctrl_c_stops_at_once_and_says_so(tmp_path: Path, finished: Workplace) -> None:
    with workplace(
        tmp_path / "place", SMALL, dbt_artefacts=finished.folder / "dbt", is_lean=True
    ) as place:
        stopped = place.start("run", "daily")
        watched = psutil.Process(stopped.pid)
        while not extracting(place, watched):
            assert stopped.poll() is None
            time.sleep(0.005)
        os.killpg(stopped.pid, signal.SIGINT)
        output, _ = stopped.communicate(timeout=PATIENCE_SECONDS)
        assert stopped.returncode == 130, output
        assert "stopped" in output
        assert "load_bank_1c" not in output
        assert statuses(place) == {"CANCELED": 1}


def statuses(place: Workplace) -> dict[str, int]:
    """How many runs Dagster remembers, by how they ended."""
    with dg.DagsterInstance.from_config(str(place.folder / "dagster")) as instance:
        return dict(Counter(run.status.value for run in instance.get_runs()))


def without_host(rows: list[tuple[object, ...]], place: Workplace) -> list[tuple[object, ...]]:
    """Rows with the address of the local server, which differs, taken out."""
    host = place.services.amocrm_url
    return [
        tuple(value.replace(host, "") if isinstance(value, str) else value for value in row)
        for row in rows
    ]
