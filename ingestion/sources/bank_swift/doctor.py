"""What keeps camt.053 and MT940 statements from being loaded, in words for a person."""

import os
from collections import Counter
from collections.abc import Iterator

from ingestion.errors import ConfigError
from ingestion.inbox import Inbox
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.bank_swift.config import BankSwiftSection
from ingestion.sources.bank_swift.inbox import open_inbox
from ingestion.sources.bank_swift.settings import NAME
from ingestion.sources.bank_swift.statement import StatementFile


def doctor(settings: Settings) -> Iterator[DoctorLine]:
    """Looks at the folder and reads every file of it; writes nothing, never raises."""
    if not settings.section(BankSwiftSection).enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    inbox = open_inbox(settings)
    if not os.access(inbox.folder, os.F_OK):
        action = f"create it (mkdir -p {inbox.folder}) and put the bank's statements there"
        yield DoctorLine(NAME, "folder", "failed", f"{inbox.folder} does not exist", action)
        return
    try:
        parsed = {file.name: inbox.read(file) for file in inbox.files()}
    except ConfigError as error:
        yield DoctorLine(NAME, "folder", "failed", str(error))
        return
    yield _formats(inbox, parsed)
    yield from _faults(parsed)


def _formats(inbox: Inbox[StatementFile], parsed: dict[str, StatementFile]) -> DoctorLine:
    counts = Counter(file.format for file in parsed.values() if file.format)
    if not counts:
        action = "export statements as camt.053 or MT940 and put them there"
        message = f"no such statement in {inbox.folder}"
        return DoctorLine(NAME, "folder", "warning", message, action)
    found = ", ".join(f"{count} of {name}" for name, count in sorted(counts.items()))
    return DoctorLine(NAME, "folder", "ok", f"{found} in {inbox.folder}")


def _faults(parsed: dict[str, StatementFile]) -> Iterator[DoctorLine]:
    for name, file in parsed.items():
        if file.unreadable:
            first = file.unreadable[0]
            more = f" (and {len(file.unreadable) - 1} more)" if len(file.unreadable) > 1 else ""
            yield DoctorLine(
                NAME,
                "unreadable entries",
                "warning",
                f"{name} entry {first.entry_number}: {first.reason}{more}",
                "see raw_bank_swift.quarantine; what cannot be read counts nowhere",
            )
        for statement in file.statements:
            totals_tie, message = statement.tie()
            if totals_tie is False:
                yield DoctorLine(
                    NAME,
                    "totals",
                    "warning",
                    f"{name}, account {statement.account}: {message}",
                    "the file is loaded as it is; replace it by a whole statement",
                )
