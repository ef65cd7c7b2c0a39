"""The folder that statements are dropped into, each file read once however many tables ask."""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.errors import ConfigError, SourceFormatError
from ingestion.settings import Settings
from ingestion.sources.bank_1c.exchange import ExchangeFile, Unreadable, parse
from ingestion.sources.bank_1c.settings import FOLDER, READER_VERSION

_KEPT = 64  # parsed files held in memory; more are parsed again rather than kept
_UNFINISHED = frozenset({".part", ".crdownload", ".download", ".tmp"})
_PEEK = 200  # bytes shown of a file that is something else


@dataclass(frozen=True)
class InboxFile:
    """A file of the folder; ``content`` is None, and ``problem`` says why, if it cannot be read."""

    name: str  # relative to the folder, with forward slashes
    sha256: str
    content: bytes | None
    problem: str = ""


class Inbox:
    """``<data>/inbox/bank`` and the company's settings that files are read with."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.inbox_dir / FOLDER
        self._own_accounts = settings.sources.bank_1c.own_accounts
        self._currency = settings.company.currency
        self._parsed: OrderedDict[str, ExchangeFile] = OrderedDict()

    @property
    def fingerprint(self) -> str:
        """Changes when the same files would give other rows."""
        parts = [str(READER_VERSION), self._currency, *sorted(self._own_accounts)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    def files(self) -> Iterator[InboxFile]:
        """Every file at any depth, by name; of equal files only the first."""
        seen = set()
        for path in self.paths():
            name = path.relative_to(self.folder).as_posix()
            try:
                content = path.read_bytes()
            except OSError as error:
                sha256 = hashlib.sha256(b"unreadable\0" + name.encode("utf-8", "replace"))
                yield InboxFile(name, sha256.hexdigest(), None, error.strerror or str(error))
                continue
            digest = hashlib.sha256(content).hexdigest()
            if digest not in seen:
                seen.add(digest)
                yield InboxFile(name, digest, content)

    def paths(self) -> list[Path]:
        """Every file, whatever it is: what is no statement is said, not passed by in silence.

        None where the folder is absent; hidden files and unfinished downloads are left alone.

        Raises:
            ConfigError: the folder is there and may not be listed, which is not the same as empty.
        """
        if not os.access(self.folder, os.F_OK):
            return []
        if not os.access(self.folder, os.R_OK | os.X_OK):
            raise ConfigError(
                f"bank_1c: folder {self.folder} is not readable; "
                f"give this user the right to read it (chmod u+rx {self.folder})"
            )
        found = (path for path in self.folder.rglob("*") if not path.is_dir())
        return sorted(path for path in found if not _is_unfinished(path))

    def read(self, file: InboxFile) -> ExchangeFile:
        """The parsed file; one that is no statement at all is a file with one unreadable line 0."""
        parsed = self._parsed.pop(file.sha256, None) or self._parse(file)
        self._parsed[file.sha256] = parsed
        if len(self._parsed) > _KEPT:
            self._parsed.popitem(last=False)
        return parsed

    def _parse(self, file: InboxFile) -> ExchangeFile:
        if file.content is None:
            reason = (
                f"the file cannot be read ({file.problem}); give this user the right to read it"
            )
            return _nothing_but(Unreadable(0, reason, ""))
        try:
            return parse(file.content, self._own_accounts, self._currency)
        except SourceFormatError as error:
            start = file.content[:_PEEK].decode("cp1251", "replace")
            peek = "".join(letter if letter.isprintable() else " " for letter in start)
            return _nothing_but(Unreadable(0, str(error), peek))


def _is_unfinished(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.suffix.lower() in _UNFINISHED


def _nothing_but(problem: Unreadable) -> ExchangeFile:
    return ExchangeFile(None, None, (), (), (), (problem,))
