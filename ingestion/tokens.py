"""One file with tokens that change by themselves, shared by all processes of a company."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ingestion.errors import ServiceUnavailableError

LOCK_SECONDS = 120  # a refresh takes a second; with retries of a bad network, two minutes
RESERVED_BYTES = 8192  # an answer with tokens takes about 2 KB


class TokenFile:
    """A JSON object in a file that only its owner may read.

    Whoever asks the service for new tokens holds ``lock`` and has ``prepared`` the file first: a
    token that could not be kept is lost, and some services count it all the same.

    Args:
        source: what the service is called in messages.
    """

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._source = source

    @property
    def path(self) -> Path:
        return self._path

    def read(self) -> dict[str, Any] | None:
        """What is kept; None where there is nothing, or nothing that can be understood."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return kept if isinstance(kept, dict) else None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Nobody else asks for tokens meanwhile.

        Raises:
            ServiceUnavailableError: another process has held the lock for two minutes.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(f"{self._path}.lock", timeout=LOCK_SECONDS, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            is_held = False
        else:
            is_held = True
        if not is_held:
            raise ServiceUnavailableError(
                f"{self._source}: another process has held {self._path.name}.lock for "
                f"{LOCK_SECONDS} s; let it finish or stop it, then run again"
            )
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def prepared(self) -> Iterator[Callable[[dict[str, Any]], None]]:
        """A way to replace the file whole, with space and rights proven before it is needed."""
        draft = self._path.with_suffix(".tmp")
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(b" " * RESERVED_BYTES)
            file.flush()
            os.fsync(file.fileno())

            def save(tokens: dict[str, Any]) -> None:
                file.seek(0)
                file.write(json.dumps(tokens).encode().ljust(RESERVED_BYTES))
                file.flush()
                os.fsync(file.fileno())
                draft.replace(self._path)
                _sync_folder(self._path.parent)

            try:
                yield save
            finally:
                draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
