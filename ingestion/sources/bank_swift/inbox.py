"""The folder of bank statements, read as camt.053 and MT940 files."""

import hashlib

from ingestion.bank_files import swift_format
from ingestion.errors import SourceFormatError
from ingestion.inbox import Inbox, InboxFile
from ingestion.settings import Settings
from ingestion.sources.bank_swift.camt import read_camt
from ingestion.sources.bank_swift.mt import read_mt940
from ingestion.sources.bank_swift.settings import FOLDER, NAME, READER_VERSION
from ingestion.sources.bank_swift.statement import StatementFile, Unreadable

_READERS = {"camt": read_camt, "mt940": read_mt940}
_PEEK = 200  # bytes shown of a file that is something else


def open_inbox(settings: Settings) -> Inbox[StatementFile]:
    """``<data>/inbox/bank``; files of another kind are left to the source that reads them."""
    is_alone = not settings.sources.bank_1c.enabled  # type: ignore[attr-defined]
    parts = [str(READER_VERSION), str(is_alone)]

    def read(file: InboxFile) -> StatementFile:
        return _read(file, is_alone=is_alone)

    return Inbox(
        folder=settings.inbox_dir / FOLDER,
        source=NAME,
        fingerprint=hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12],
        parse=read,
    )


def _read(file: InboxFile, *, is_alone: bool) -> StatementFile:
    """The parsed file; one that is no statement at all is a file with one unreadable entry 0."""
    content = file.content
    if content is None:
        reason = f"the file cannot be read ({file.problem}); give this user the right to read it"
        return StatementFile(None, unreadable=(Unreadable(0, reason, ""),) if is_alone else ())
    found = swift_format(content)
    if found is None:
        reason = (
            "neither a camt.053 nor an MT940 statement; statements for 1C are read by bank_1c: "
            "switch on [sources.bank_1c] in company.toml, or export the statement otherwise"
        )
        return StatementFile(None, unreadable=_whole(reason, content) if is_alone else ())
    try:
        return _READERS[found](content)
    except SourceFormatError as error:
        return StatementFile(found, unreadable=_whole(str(error), content))


def _whole(reason: str, content: bytes) -> tuple[Unreadable, ...]:
    start = content[:_PEEK].decode("utf-8", "replace")
    peek = "".join(letter if letter.isprintable() else " " for letter in start)
    return (Unreadable(0, reason, peek),)
