"""The folder of bank statements, read as 1C exchange files."""

import hashlib

from ingestion.bank_files import swift_format
from ingestion.errors import SourceFormatError
from ingestion.inbox import Inbox, InboxFile
from ingestion.settings import Settings
from ingestion.sources.bank_1c.config import Bank1cSection
from ingestion.sources.bank_1c.exchange import ExchangeFile, Unreadable, parse
from ingestion.sources.bank_1c.settings import FOLDER, NAME, READER_VERSION

_PEEK = 200  # bytes shown of a file that is something else
_SWIFT_NAMES = {"camt": "camt.053 (ISO 20022)", "mt940": "MT940"}


def open_inbox(settings: Settings) -> Inbox[ExchangeFile]:
    """``<data>/inbox/bank`` and the company's settings that files are read with."""
    own_accounts = settings.section(Bank1cSection).own_accounts
    currency = settings.company.currency
    # the folder is shared: statements of the other kinds are that source's, if it is on
    leaves_swift: bool = settings.sources.bank_swift.enabled  # type: ignore[attr-defined]
    parts = [str(READER_VERSION), currency, *sorted(own_accounts)]
    parts += ["swift"] if leaves_swift else []

    def read(file: InboxFile) -> ExchangeFile:
        if leaves_swift and file.content and swift_format(file.content):
            return ExchangeFile(None, None, (), (), (), ())
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
    if kind := swift_format(content):
        reason = (
            f"a statement in {_SWIFT_NAMES[kind]}, not for 1C: switch on [sources.bank_swift] in "
            "company.toml, which reads such files from this folder"
        )
        return _nothing_but(Unreadable(0, reason, _peek(content)))
    try:
        return parse(content, own_accounts, currency)
    except SourceFormatError as error:
        return _nothing_but(Unreadable(0, str(error), _peek(content)))


def _peek(content: bytes) -> str:
    start = content[:_PEEK].decode("cp1251", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in start)


def _nothing_but(problem: Unreadable) -> ExchangeFile:
    return ExchangeFile(None, None, (), (), (), (problem,))
