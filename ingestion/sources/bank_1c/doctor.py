"""What keeps bank statements from being loaded, in words for the person who has to mend it."""

from collections.abc import Iterator

from ingestion.inbox_doctor import folder_line
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.bank_1c.config import Bank1cSection
from ingestion.sources.bank_1c.exchange import ExchangeFile
from ingestion.sources.bank_1c.inbox import open_inbox
from ingestion.sources.bank_1c.settings import NAME

# A working week without a statement: nobody exports one on holidays, so not less.
_STALE_DAYS = 7


def doctor(settings: Settings) -> Iterator[DoctorLine]:
    """Looks at the folder and reads every file of it; writes nothing, never raises."""
    if not settings.section(Bank1cSection).enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    inbox = open_inbox(settings)
    empty = "export a statement from the bank as 1C (kl_to_1c.txt) and put it there"
    yield (folder := folder_line(NAME, inbox, "the bank's 1C files", empty))
    if folder.status == "failed":
        return
    parsed = {file.name: inbox.read(file) for file in inbox.files()}
    stated = {account for file in parsed.values() for account in file.accounts}
    yield _own_accounts(set(settings.section(Bank1cSection).own_accounts), stated)
    if parsed:
        yield _age(settings, parsed)
        yield from _unreadable(parsed)
        yield from _totals(parsed)


def _own_accounts(configured: set[str], stated: set[str]) -> DoctorLine:
    if not configured:
        known = f"; the files are statements of {', '.join(sorted(stated))}" if stated else ""
        return DoctorLine(
            NAME,
            "own accounts",
            "warning",
            f"none is configured{known}",
            "list all of the company's accounts in sources.bank_1c.own_accounts of company.toml: "
            "without them transfers between own accounts may look like income",
        )
    if unknown := stated - configured:
        return DoctorLine(
            NAME,
            "own accounts",
            "warning",
            f"statements of {', '.join(sorted(unknown))} are in the folder, not in the settings",
            "add them to sources.bank_1c.own_accounts of company.toml, or take the files away",
        )
    return DoctorLine(NAME, "own accounts", "ok", f"{len(configured)} configured")


def _age(settings: Settings, parsed: dict[str, ExchangeFile]) -> DoctorLine:
    days = {
        day: name
        for name, file in parsed.items()
        for day in (
            *(document.booked_on for document, _ in file.documents),
            *(statement.date_to for statement in file.statements if statement.date_to),
        )
    }
    if not days:
        return DoctorLine(
            NAME,
            "newest statement",
            "warning",
            "no file has a readable movement or period",
            "look at the rows of raw_bank_1c.quarantine",
        )
    newest = max(days)
    age = (settings.now().astimezone(settings.zone).date() - newest).days
    message = f"reaches {newest:%d.%m.%Y}, {max(age, 0)} day(s) ago ({days[newest]})"
    if age > _STALE_DAYS:
        action = "download the statement up to yesterday and put it into the folder"
        return DoctorLine(NAME, "newest statement", "warning", message, action)
    return DoctorLine(NAME, "newest statement", "ok", message)


def _unreadable(parsed: dict[str, ExchangeFile]) -> Iterator[DoctorLine]:
    for name, file in parsed.items():
        if file.unreadable:
            first = file.unreadable[0]
            more = f" (and {len(file.unreadable) - 1} more)" if len(file.unreadable) > 1 else ""
            yield DoctorLine(
                NAME,
                "unreadable rows",
                "warning",
                f"{name} line {first.line_number}: {first.reason}{more}",
                "these rows go to raw_bank_1c.quarantine and count nowhere else",
            )


def _totals(parsed: dict[str, ExchangeFile]) -> Iterator[DoctorLine]:
    for name, file in parsed.items():
        for statement in file.statements:
            if statement.totals_tie is False:
                yield DoctorLine(
                    NAME,
                    "totals",
                    "warning",
                    f"{name}, account {statement.account}: {statement.tie_message}",
                    "the file is loaded as it is; replace it by a whole statement",
                )
