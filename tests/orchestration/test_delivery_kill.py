"""A process that dies between the call and the log: nobody gets a message twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import Result
from typer.testing import CliRunner

from orchestration.cli import app
from tests.orchestration.post import OWNER, OWNER_ONLY, Company, company

ROOT = Path(__file__).resolve().parents[2]
ALWAYS = "quiet_hours = []"
NO_WEEK = OWNER_ONLY + '\ndigests = ["daily"]\n'  # whatever day the test runs on


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    with company(tmp_path, monkeypatch, NO_WEEK, ALWAYS) as opened:
        yield opened


def environment(place: Company) -> dict[str, str]:
    return {
        "SKVOZ_DATA_DIR": str(place.folder),
        "SKVOZ_CONFIG": str(place.settings.config_path),
        "SKVOZ_LOCK_WAIT_SECONDS": "5",
    }


def start(place: Company, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "deliver", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment(place)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def skvoz(place: Company, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """The command in this process."""
    for name, value in environment(place).items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(app, ["deliver", *arguments])


def test_killed_after_the_service_took_it(place: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    place.service.switches.answer_after_seconds = 60
    first = start(place, "daily")
    deadline = time.monotonic() + 90
    while not place.service.received and time.monotonic() < deadline:
        assert first.poll() is None, first.communicate()
        time.sleep(0.02)
    assert len(place.service.texts(OWNER)) == 1
    # while the service was asked the warehouse was nobody's: a reader gets in
    with duckdb.connect(str(place.settings.warehouse_path), read_only=True) as con:
        assert con.execute("select status from ops.deliveries").fetchall() == [("sending",)]
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=30)

    place.service.switches.answer_after_seconds = 0
    place.at = datetime.now(UTC)  # as the process that died
    place.deliver("daily")
    assert len(place.service.texts(OWNER)) == 1
    ((number, status),) = place.sql("select delivery_id, status from ops.deliveries")
    assert status == "unknown"

    assert skvoz(place, monkeypatch, "--again", number[:12]).exit_code == 0
    assert len(place.service.texts(OWNER)) == 2
    log = skvoz(place, monkeypatch, "--log").output
    assert f"✓ {number[:12]}" in log
    assert place.service.bot.token not in log


def test_a_dry_run_prints_the_words_and_sends_nothing(
    place: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = skvoz(place, monkeypatch, "daily", "--dry-run")
    assert done.exit_code == 0, done.output
    assert "Хозяин: owner, telegram 100" in done.output
    assert "Дисциплина: 80,0" in done.output
    assert place.service.received == []


def test_who_cannot_be_reached_makes_the_command_fail(
    place: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.service.switches.blocked.add(OWNER)
    done = skvoz(place, monkeypatch, "daily")
    assert done.exit_code == 1
    assert "press Start" in done.output
