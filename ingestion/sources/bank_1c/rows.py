"""Parsed files to rows of the four tables of ``raw_bank_1c``."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from ingestion.bank_feed import movement_key
from ingestion.columns import Row
from ingestion.inbox import InboxFile
from ingestion.sources.bank_1c.documents import Document
from ingestion.sources.bank_1c.exchange import ExchangeFile


def document_rows(file: InboxFile, parsed: ExchangeFile) -> Iterator[Row]:
    for document, occurrence in parsed.documents:
        yield _document_row(document, occurrence, file)


def statement_rows(file: InboxFile, parsed: ExchangeFile) -> Iterator[Row]:
    for statement in parsed.statements:
        yield {"file_sha256": file.sha256, "file_name": file.name, **asdict(statement)}


def quarantine_rows(file: InboxFile, parsed: ExchangeFile) -> Iterator[Row]:
    for problem in parsed.unreadable:
        yield {"file_sha256": file.sha256, "file_name": file.name, **asdict(problem)}


def file_row(file: InboxFile, parsed: ExchangeFile, loaded_at: datetime) -> Row | None:
    """None for a file whose bytes could not be read, or that is another source's."""
    if file.problem or (parsed.encoding is None and not parsed.unreadable):
        return None
    return {
        "file_sha256": file.sha256,
        "file_name": file.name,
        "bytes": file.size,
        "encoding": parsed.encoding,
        "format_version": parsed.format_version,
        "documents": len(parsed.documents),
        "quarantined": len(parsed.unreadable),
        "loaded_at": loaded_at,
    }


def _document_row(document: Document, occurrence: int, file: InboxFile) -> Row:
    payer, payee = document.payer, document.payee
    return {
        "document_key": movement_key(document.natural_key(), occurrence),
        "own_account": document.own_account,
        "direction": document.direction,
        "direction_rule": document.direction_rule,
        "booked_on": document.booked_on,
        "document_number": document.document_number or None,
        "document_date": document.document_date,
        "document_kind": document.document_kind,
        "amount": document.amount,
        "currency": document.currency,
        "payer_account": payer.account,
        "payer_inn": payer.inn,
        "payer_kpp": payer.kpp,
        "payer_name": payer.name,
        "payer_bank_bic": payer.bic,
        "payee_account": payee.account,
        "payee_inn": payee.inn,
        "payee_kpp": payee.kpp,
        "payee_name": payee.name,
        "payee_bank_bic": payee.bic,
        "purpose": document.purpose,
        "kbk": document.kbk,
        "occurrence": occurrence,
        "file_name": file.name,
        "file_sha256": file.sha256,
        "line_number": document.line_number,
        "raw_json": document.raw,
    }
