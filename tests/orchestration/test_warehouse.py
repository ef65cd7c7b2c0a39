"""The lock between runs, and errors of the file and its disk as one sentence."""

import errno
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.warehouse import (
    WarehouseError,
    WarehouseLockedError,
    connect,
    disk_error,
    ensure_usable,
    writer_lock,
)

HOLD = textwrap.dedent(
    """
    import duckdb, sys
    connection = duckdb.connect(sys.argv[1])
    print("held", flush=True)
    sys.stdin.read()
    """
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with connect(path) as connection:
        connection.execute("create table t as select 1 as x")
    return path


@pytest.fixture
def held_elsewhere(warehouse: Path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_handle_gets_a_readable_error(warehouse: Path, held_elsewhere) -> None:
    with (
        pytest.raises(WarehouseLockedError, match="another program has the warehouse open") as info,
        connect(warehouse),
    ):
        pass
    text = str(info.value)
    assert str(warehouse) in text
    assert "close it" in text
    assert str(held_elsewhere.pid) in text


def test_a_lock_is_waited_for(warehouse: Path, held_elsewhere) -> None:
    started = time.monotonic()
    with pytest.raises(WarehouseLockedError):
        ensure_usable(warehouse, min_free_mb=0, lock_wait_seconds=1)
    assert time.monotonic() - started >= 1
    held_elsewhere.stdin.close()
    ensure_usable(warehouse, min_free_mb=0, lock_wait_seconds=30)


def test_runs_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with (
        writer_lock(path, tmp_path / "state", timeout_seconds=1),
        pytest.raises(WarehouseLockedError, match="another run of Skvoz"),
        writer_lock(path, tmp_path / "state", timeout_seconds=0.2),
    ):
        pass
    with writer_lock(path, tmp_path / "state", timeout_seconds=0.2):
        pass


def test_a_connection_is_closed_when_its_block_fails(warehouse: Path) -> None:
    with pytest.raises(RuntimeError), connect(warehouse):
        raise RuntimeError
    ensure_usable(warehouse, min_free_mb=0, lock_wait_seconds=0)


def test_too_little_disk_is_said_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"MB free, a run needs at least 999999999 MB"):
        ensure_usable(tmp_path / "warehouse.duckdb", min_free_mb=999_999_999, lock_wait_seconds=0)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(WarehouseError, match="DuckDB cannot open it"), connect(path):
        pass


def test_a_full_disk_has_its_own_sentence(tmp_path: Path) -> None:
    full = disk_error(tmp_path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert str(full) == f"{tmp_path}: the disk is full; free some space and start again"
    denied = disk_error(tmp_path, OSError(errno.EACCES, os.strerror(errno.EACCES)))
    assert "Permission denied" in str(denied)


def test_reading_needs_no_write(warehouse: Path) -> None:
    with connect(warehouse, read_only=True) as connection, pytest.raises(duckdb.Error):
        connection.execute("create table u as select 1")
