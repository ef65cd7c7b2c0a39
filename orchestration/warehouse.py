"""The only place that opens DuckDB on the orchestrator's side, and the lock that makes it safe.

DuckDB lets one process write a file, and nobody read it meanwhile. dlt, dbt and the checks take
turns inside a run; two runs take turns through ``writer_lock``, whichever way they were started.
"""

import errno
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from ingestion.errors import SkvozError

_LOCK_POLL_SECONDS = 0.5
# Threads of this process take turns: two connections to one file may not differ in their settings.
IN_PROCESS = threading.RLock()


class WarehouseLockedError(SkvozError):
    """Another process holds the warehouse; waiting or closing it helps."""

    retryable = True


class WarehouseError(SkvozError):
    """The warehouse's file or its disk cannot be used."""


@contextmanager
def connect(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file, and close it for certain: an open handle would block dbt's process.

    Raises:
        WarehouseLockedError: another process has it open.
        WarehouseError: it cannot be opened for any other reason.
    """
    with IN_PROCESS:
        try:
            connection = duckdb.connect(str(path), read_only=read_only)
        except duckdb.Error as error:
            raise _explain(path, error) from None
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def writer_lock(path: Path, state_dir: Path, timeout_seconds: float) -> Iterator[None]:
    """Hold the warehouse for one run; the operating system frees it if the process dies.

    Raises:
        WarehouseLockedError: another run did not finish within ``timeout_seconds``.
        WarehouseError: the state folder cannot be written.
    """
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(state_dir / "warehouse.lock", timeout=timeout_seconds):
            yield
    except Timeout:
        raise WarehouseLockedError(
            f"{path}: another run of Skvoz has been writing for more than "
            f"{timeout_seconds:.0f} s; wait for it to finish, or stop it, and start again"
        ) from None
    except OSError as error:
        raise disk_error(state_dir, error) from None


def ensure_usable(path: Path, min_free_mb: int, lock_wait_seconds: float) -> None:
    """Fail before any work: too little disk, or a file that something else holds open.

    A process that outlived its killed run may still be writing, so a lock is waited for a while.
    """
    free_mb = shutil.disk_usage(path.parent).free // 2**20
    if free_mb < min_free_mb:
        raise WarehouseError(
            f"{path.parent}: {free_mb} MB free, a run needs at least {min_free_mb} MB; "
            f"free some space or point SKVOZ_DATA_DIR at another disk"
        )
    deadline = time.monotonic() + lock_wait_seconds
    while True:
        try:
            with connect(path):
                return
        except WarehouseLockedError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_LOCK_POLL_SECONDS)


def disk_error(path: Path, error: OSError) -> WarehouseError:
    """An operating system's error about a folder of ours, as a sentence with a next action."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WarehouseError(f"{path}: the disk is full; free some space and start again")
    reason = error.strerror or type(error).__name__
    return WarehouseError(
        f"{path}: cannot be written ({reason}); check its rights or point SKVOZ_DATA_DIR elsewhere"
    )


def count_rows(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, int]:
    """Rows by table of one raw schema, dlt's own tables left out."""
    tables = connection.execute(
        "select table_name from information_schema.tables"
        " where table_schema = ? and table_name not like '\\_dlt%' escape '\\' order by 1",
        [schema],
    ).fetchall()
    rows: dict[str, int] = {}
    for (table,) in tables:
        counted = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchone()  # noqa: S608
        rows[str(table)] = int(counted[0]) if counted else 0
    return rows


def _explain(path: Path, error: duckdb.Error) -> SkvozError:
    text = str(error)
    if "Could not set lock" in text or "Conflicting lock" in text:
        holder = re.search(r"held in (.+?\(PID \d+\))", text)
        who = f" ({holder[1]})" if holder else ""
        return WarehouseLockedError(
            f"{path}: another program has the warehouse open{who}; close it and start again "
            f"(for reading use the copy in {path.parent / 'published' / 'skvoz.duckdb'})"
        )
    if "No space left" in text:
        return WarehouseError(f"{path}: the disk is full; free some space and start again")
    first_line = text.splitlines()[0]
    return WarehouseError(f"{path}: DuckDB cannot open it ({first_line})")
