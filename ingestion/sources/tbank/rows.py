"""Operations of T-API to rows: whole days of them, an empty day and a broken record included."""

from datetime import date, datetime
from typing import Any

from ingestion.bank_feed import (
    as_amount,
    as_code,
    balance_columns,
    currency_of,
    number_rows,
    whole_days,
)
from ingestion.columns import Row
from ingestion.days import Span
from ingestion.errors import SourceFormatError
from ingestion.records import (
    BrokenRecordError,
    Fields,
    as_json,
    as_moment,
    as_text,
    read_record,
    refuse_if_most_are_broken,
)
from ingestion.sources.tbank.client import Statement
from ingestion.sources.tbank.settings import BOOKED, ZONE

_DIRECTIONS = {"Credit": "in", "Debit": "out"}


_FIELDS: Fields = {
    "operation_id": ("operationId", as_text),
    "operation_status": ("operationStatus", as_text),
    "type_of_operation": ("typeOfOperation", as_text),
    "category": ("category", as_text),
    "document_number": ("documentNumber", as_text),
    "document_date": ("docDate", as_moment),
    "pay_vo": ("payVo", as_text),
    "vo": ("vo", as_text),
    "amount": ("accountAmount", as_amount),
    "currency": ("accountCurrencyDigitalCode", as_text),
    "operation_amount": ("operationAmount", as_amount),
    "operation_currency": ("operationCurrencyDigitalCode", as_text),
    **{
        f"{side}_{column}": (f"{block}.{field}", reader)
        for side, block in (("payer", "payer"), ("payee", "receiver"))
        for column, field, reader in (
            ("account", "acct", as_code),
            ("inn", "inn", as_code),
            ("kpp", "kpp", as_code),
            ("name", "name", as_text),
            ("bank_bic", "bicRu", as_code),
        )
    },
    "purpose": ("payPurpose", as_text),
    "kbk": ("kbk", as_code),
    "mcc": ("mcc", as_text),
    "operation_at": ("operationDate", as_moment),
    "authorized_at": ("authorizationDate", as_moment),
}
# payer and receiver are now and then left out, and this block tells of the other side alone
_OTHER_SIDE: Fields = {
    "account": ("counterParty.account", as_code),
    "inn": ("counterParty.inn", as_code),
    "kpp": ("counterParty.kpp", as_code),
    "name": ("counterParty.name", as_text),
    "bank_bic": ("counterParty.bankBic", as_code),
    "description": ("description", as_text),
}


def operation_rows(
    statement: Statement, company_currency: str, requested_at: datetime
) -> list[Row]:
    """Rows of every day of the statement.

    A day without an operation is one row with ``is_empty_day``, an operation that cannot be read
    one with ``malformed_reason``.

    Raises:
        SourceFormatError: an operation is of another account or day, or most cannot be read.
    """
    account, span = statement.account, statement.span
    common = {"account_number": account, "requested_at": requested_at}
    rows: list[Row] = []
    broken: list[Row] = []
    seen: set[tuple[str | None, str | None]] = set()
    for record in statement.operations:
        try:
            row = _read(record, account, company_currency)
        except BrokenRecordError as error:
            broken.append({"malformed_reason": str(error), "raw_json": as_json(record)})
            continue
        _refuse_stranger(record, row, account, span)
        # pages overlap where an operation was booked between two of them
        identity = (row["operation_id"], row["operation_status"])
        if row["operation_id"] is None or identity not in seen:
            seen.add(identity)
            rows.append(row)
    where = f"tbank: account {account}, {span[0]} to {span[1]}"
    reasons = [row["malformed_reason"] for row in broken]
    refuse_if_most_are_broken(where, reasons, len(statement.operations))
    number_rows(rows, "operation_key", account, same="operation_status")
    return whole_days(rows, broken, span, common)


def statement_row(statement: Statement, rows: list[Row], requested_at: datetime) -> Row:
    """The bank's balances beside the sums of what it has booked; ``rows`` are the operations'."""
    booked = [row for row in rows if row.get("operation_status") == BOOKED]
    return {
        "account_number": statement.account,
        "date_from": statement.span[0],
        "date_to": statement.span[1],
        **balance_columns(statement.opening, statement.closing, booked, rows),
        "operations": len(booked),
        "holds": sum(1 for row in rows if row.get("operation_status") == "Authorization"),
        "requested_at": requested_at,
    }


def _read(record: Any, account: str, company_currency: str) -> Row:
    row = read_record(record, _FIELDS)
    direction = _DIRECTIONS.get(row["type_of_operation"] or "")
    if direction is None:
        raise BrokenRecordError(f'typeOfOperation "{row["type_of_operation"]}" tells no direction')
    if row["amount"] is None:  # an account in roubles may leave out what is the same
        row["amount"], row["currency"] = row["operation_amount"], row["operation_currency"]
    if not row["amount"] or row["amount"] < 0:
        raise BrokenRecordError(f'accountAmount "{row["amount"]}" is not an amount above zero')
    if row["operation_at"] is None:
        raise BrokenRecordError("operationDate is missing")
    other = read_record(record, _OTHER_SIDE)
    side = "payer" if direction == "in" else "payee"
    for column, value in other.items():
        if column != "description" and row[f"{side}_{column}"] is None:
            row[f"{side}_{column}"] = value
    return row | {
        "direction": direction,
        "booked_on": _day(row["operation_at"]),
        "document_date": _day(row["document_date"]) if row["document_date"] else None,
        "currency": currency_of(account, row["currency"], company_currency),
        "operation_currency": currency_of("", row["operation_currency"], company_currency),
        "purpose": row["purpose"] or other["description"],
        "raw_json": as_json(record),
    }


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def _refuse_stranger(record: dict[str, Any], row: Row, account: str, span: Span) -> None:
    """Whole days are replaced, so a row of another day would take that day's rows away."""
    stated = record.get("accountNumber") or account
    if stated != account or not span[0] <= row["booked_on"] <= span[1]:
        raise SourceFormatError(
            f"tbank: account {account}: asked for {span[0]} to {span[1]}, T-Bank sent operation "
            f"{row['operation_id']} of {row['booked_on']} on account {stated}; nothing of it is "
            "loaded, run again later"
        )
