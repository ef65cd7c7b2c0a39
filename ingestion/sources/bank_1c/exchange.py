"""A 1CClientBankExchange file: bytes in, rows out. Pure: no folder, no clock, no network."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingestion.sources.bank_1c.decoding import decode
from ingestion.sources.bank_1c.direction import OwnAccounts
from ingestion.sources.bank_1c.documents import Document, read_documents
from ingestion.sources.bank_1c.frame import clean_account, read_frame
from ingestion.sources.bank_1c.totals import Statement, check_totals
from ingestion.sources.bank_1c.values import FieldError

_MAX_RAW_TEXT = 4000  # characters of a quarantined section kept; a real one has about 1500


@dataclass(frozen=True)
class Unreadable:
    """A section that could not be understood, from line ``line_number``."""

    line_number: int
    reason: str
    raw_text: str


@dataclass(frozen=True)
class ExchangeFile:
    """All that a file says; ``documents`` stand beside their occurrence number, from 1."""

    encoding: str | None
    format_version: str | None
    accounts: tuple[str, ...]
    documents: tuple[tuple[Document, int], ...]
    statements: tuple[Statement, ...]
    unreadable: tuple[Unreadable, ...]


def parse(content: bytes, own_accounts: Iterable[str], currency: str) -> ExchangeFile:
    """Read one file.

    ``own_accounts`` are the company's, besides those the file itself is a statement of;
    ``currency`` is for accounts whose number does not tell.

    Raises:
        SourceFormatError: it is not such a file at all. Anything less damaged gives rows.
    """
    text = decode(content)
    frame = read_frame(text.lines)
    configured = frozenset(clean_account(account) for account in own_accounts)
    own = OwnAccounts(tuple(frame.accounts), configured)
    found: list[Document] = []
    unreadable: list[Unreadable] = []
    for section in frame.sections:
        try:
            found += read_documents(section, own, currency)
        except FieldError as error:
            raw_text = "\n".join(section.lines)[:_MAX_RAW_TEXT]
            unreadable.append(Unreadable(section.line, str(error), raw_text))
    documents = _number(found)
    return ExchangeFile(
        encoding=text.encoding,
        format_version=frame.header.get("format_version"),
        accounts=own.stated,
        documents=tuple(documents),
        statements=tuple(check_totals(frame, [row for row, _ in documents], len(unreadable))),
        unreadable=tuple(unreadable),
    )


def _number(documents: Sequence[Document]) -> list[tuple[Document, int]]:
    seen: Counter[tuple[str, ...]] = Counter()
    numbered = []
    for document in documents:
        key = document.natural_key()
        if seen[key] and document.is_one_of_two_views and document.document_number:
            continue  # a transfer between own accounts, listed once for each of them
        seen[key] += 1
        numbered.append((document, seen[key]))
    return numbered
