"""The folder of bank statements, read as 1C exchange files."""

import hashlib

from ingestion.errors import SourceFormatError
from ingestion.inbox import Inbox, InboxFile
from ingestion.settings import Settings
from ingestion.sources.bank_1c.config import Bank1cSection
from ingestion.sources.bank_1c.exchange import ExchangeFile, Unreadable, parse
from ingestion.sources.bank_1c.settings import FOLDER, NAME, READER_VERSION

_PEEK = 200  # bytes shown of a file that is something else


def open_inbox(settings: Settings) -> Inbox[ExchangeFile]:
    """``<data>/inbox/bank`` and the company's settings that files are read with."""
    own_accounts = settings.section(Bank1cSection).own_accounts
    currency = settings.company.currency
    parts = [str(READER_VERSION), currency, *sorted(own_accounts)]

    def read(file: InboxFile) -> ExchangeFile:
        return _read(file, own_accounts, currency)

    return Inbox(
        folder=settings.inbox_dir / FOLDER,
        source=NAME,
        fingerprint=hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12],
        parse=read,
    )


def _read(file: InboxFile, own_accounts: tuple[str, ...], currency: str) -> ExchangeFile:
    """The parsed file; one that is no statement at all is a file with one unreadable line 0."""
    content = file.content
    if content is None:
        reason = f"the file cannot be read ({file.problem}); give this user the right to read it"
        return _nothing_but(Unreadable(0, reason, ""))
    try:
        return parse(content, own_accounts, currency)
    except SourceFormatError as error:
        start = content[:_PEEK].decode("cp1251", "replace")
        peek = "".join(letter if letter.isprintable() else " " for letter in start)
        return _nothing_but(Unreadable(0, str(error), peek))


def _nothing_but(problem: Unreadable) -> ExchangeFile:
    return ExchangeFile(None, None, (), (), (), (problem,))
