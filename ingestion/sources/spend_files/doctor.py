"""What keeps spend files from being loaded, in words for the person who has to mend it."""

from collections.abc import Iterator

from ingestion.inbox_doctor import folder_line
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.spend_files.config import SpendFilesSection
from ingestion.sources.spend_files.inbox import open_inbox
from ingestion.sources.spend_files.parse import SpendFile
from ingestion.sources.spend_files.settings import LAYOUT, NAME

_SHOWN = 20  # files with a problem that are listed; the rest is counted
_STALE_DAYS = 45  # most such files are made once a month


def doctor(settings: Settings) -> Iterator[DoctorLine]:
    """Looks at the folder and reads every file of it; writes nothing, never raises."""
    if not settings.section(SpendFilesSection).enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    inbox = open_inbox(settings)
    columns = ", ".join(group[0] for group in LAYOUT.required)
    empty = f"put a CSV or XLSX file with the columns {columns} there"
    yield (folder := folder_line(NAME, inbox, "spend files", empty))
    if folder.status == "failed":
        return
    parsed = {file.name: inbox.read(file) for file in inbox.files()}
    if parsed:
        yield _newest(settings, parsed)
        yield from _rejected(parsed)
        yield from _unknown(parsed)


def _newest(settings: Settings, parsed: dict[str, SpendFile]) -> DoctorLine:
    days = {line.date_to: name for name, file in parsed.items() for _, line, _ in file.lines}
    if not days:
        action = "correct the files by the messages below"
        return DoctorLine(NAME, "newest day", "warning", "no file has a readable row", action)
    newest = max(days)
    age = (settings.now().astimezone(settings.zone).date() - newest).days
    message = f"spend reaches {newest:%d.%m.%Y} ({days[newest]})"
    if age > _STALE_DAYS:
        action = "bring the files of the months since"
        return DoctorLine(NAME, "newest day", "warning", message, action)
    return DoctorLine(NAME, "newest day", "ok", message)


def _rejected(parsed: dict[str, SpendFile]) -> Iterator[DoctorLine]:
    bad = {name: file.rejected for name, file in parsed.items() if file.rejected}
    for name, rows in list(bad.items())[:_SHOWN]:
        first = rows[0]
        sheet = f' sheet "{first.place.sheet}"' if first.place.sheet else ""
        at = f"{name}{sheet} row {first.place.row_number}: " if first.place.row_number else ""
        more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
        yield DoctorLine(
            NAME,
            "unreadable rows",
            "warning",
            f"{at}{first.reason}{more}",
            "these rows go to raw_spend_files.quarantine and count nowhere else",
        )
    if len(bad) > _SHOWN:
        yield DoctorLine(NAME, "unreadable rows", "warning", f"{len(bad) - _SHOWN} more file(s)")


def _unknown(parsed: dict[str, SpendFile]) -> Iterator[DoctorLine]:
    columns = {column: name for name, file in parsed.items() for column in file.unknown_columns}
    if columns:
        shown = ", ".join(f'"{column}" ({name})' for column, name in sorted(columns.items()))
        yield DoctorLine(
            NAME,
            "unknown columns",
            "warning",
            f"kept but not used: {shown}",
            "if one of them is spend by another name, rename it as README.md of this source says",
        )
