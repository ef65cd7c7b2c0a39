"""Parsed files to rows of the four tables of ``raw_bank_swift``."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from ingestion.bank_feed import currency_of
from ingestion.columns import Row
from ingestion.inbox import InboxFile
from ingestion.records import as_json
from ingestion.sources.bank_swift.statement import Entry, Party, Statement, StatementFile


def document_rows(file: InboxFile, parsed: StatementFile) -> Iterator[Row]:
    for statement, entry, key, occurrence in parsed.keyed():
        own = Party(account=statement.account)
        payer, payee = (entry.other, own) if entry.direction == "in" else (own, entry.other)
        yield {
            "document_key": key,
            "own_account": statement.account,
            "direction": entry.direction,
            "status": entry.status,
            "booked_on": entry.booked_on,
            "value_on": entry.value_on,
            "document_number": entry.reference,
            "document_kind": entry.kind,
            "amount": entry.amount,
            "currency": currency_of(statement.account, entry.currency, statement.currency),
            **_side("payer", payer),
            **_side("payee", payee),
            "purpose": entry.purpose,
            "is_reversal": entry.is_reversal,
            "occurrence": occurrence,
            "file_name": file.name,
            "file_sha256": file.sha256,
            "entry_number": entry.number,
            "raw_json": as_json(_raw(entry)),
        }


def statement_rows(file: InboxFile, parsed: StatementFile) -> Iterator[Row]:
    for index, statement in enumerate(parsed.statements):
        yield {
            "file_sha256": file.sha256,
            "statement_index": index,
            "file_name": file.name,
            **_statement(statement, len(parsed.unreadable)),
        }


def quarantine_rows(file: InboxFile, parsed: StatementFile) -> Iterator[Row]:
    for problem in parsed.unreadable:
        yield {"file_sha256": file.sha256, "file_name": file.name, **asdict(problem)}


def file_row(file: InboxFile, parsed: StatementFile, loaded_at: datetime) -> Row | None:
    """None for a file that cannot be read or is another source's."""
    if file.problem or (parsed.format is None and not parsed.unreadable):
        return None
    return {
        "file_sha256": file.sha256,
        "file_name": file.name,
        "bytes": file.size,
        "format": parsed.format,
        "documents": sum(len(statement.entries) for statement in parsed.statements),
        "quarantined": len(parsed.unreadable),
        "loaded_at": loaded_at,
    }


def _side(role: str, party: Party) -> Row:
    return {
        f"{role}_account": party.account,
        f"{role}_inn": party.tax_number,
        f"{role}_name": party.name,
        f"{role}_bank_bic": party.bic,
    }


def _statement(statement: Statement, unreadable: int) -> Row:
    totals_tie, message = statement.tie()
    if totals_tie is False and unreadable:
        message += f"; {unreadable} entries of the file are in quarantine"
    return {
        "account": statement.account,
        "currency": statement.currency,
        "date_from": statement.date_from,
        "date_to": statement.date_to,
        "opening_balance": statement.opening,
        "closing_balance": statement.closing,
        "sum_in": statement.sum_of("in"),
        "sum_out": statement.sum_of("out"),
        "totals_tie": totals_tie,
        "tie_message": message,
    }


def _raw(entry: Entry) -> dict[str, object]:
    return {name: value for name, value in entry.raw.items() if value not in (None, "")}
