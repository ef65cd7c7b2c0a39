"""Transactions of Tochka to rows: whole days of them, an empty day and a broken one included."""

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
    as_text,
    read_record,
    refuse_if_most_are_broken,
)
from ingestion.sources.tochka.client import Statement
from ingestion.sources.tochka.settings import BOOKED, ZONE

_DIRECTIONS = {"Credit": "in", "Debit": "out"}


def as_day(value: Any) -> date | None:
    """A day, or the day in Moscow of a moment."""
    if value is None or value == "":
        return None
    if len(value) <= len("2026-01-31"):
        return date.fromisoformat(value)
    moment = datetime.fromisoformat(value)
    return moment.astimezone(ZONE).date() if moment.tzinfo else moment.date()


def as_account(value: Any) -> str | None:
    """An account's number, without the BIC that may follow it."""
    code = as_code(value)
    return code.split("/")[0] if code else None


_FIELDS: Fields = {
    "transaction_id": ("transactionId", as_text),
    "payment_id": ("paymentId", as_text),
    "status": ("status", as_text),
    "credit_debit_indicator": ("creditDebitIndicator", as_text),
    "document_number": ("documentNumber", as_text),
    "transaction_type": ("transactionTypeCode", as_text),
    "booked_on": ("documentProcessDate", as_day),
    "amount": ("Amount.amount", as_amount),
    "amount_national": ("Amount.amountNat", as_amount),
    "currency": ("Amount.currency", as_text),
    **{
        f"{side}_{column}": (f"{role}{field}", reader)
        for side, role in (("payer", "Debtor"), ("payee", "Creditor"))
        for column, field, reader in (
            ("account", "Account.identification", as_account),
            ("inn", "Party.inn", as_code),
            ("kpp", "Party.kpp", as_code),
            ("name", "Party.name", as_text),
            ("bank_bic", "Agent.identification", as_code),
        )
    },
    "purpose": ("description", as_text),
    "kbk": ("TaxFields.kbk", as_code),
}


def transaction_rows(
    statement: Statement, company_currency: str, requested_at: datetime
) -> list[Row]:
    """Rows of every day of the statement.

    A day without a transaction is one row with ``is_empty_day``, one that cannot be read has
    ``malformed_reason``.

    Raises:
        SourceFormatError: a transaction is of another day, or most cannot be read.
    """
    account, span = statement.account_number, statement.span
    rows: list[Row] = []
    broken: list[Row] = []
    for record in statement.transactions:
        try:
            row = _read(record, account, company_currency)
        except BrokenRecordError as error:
            broken.append({"malformed_reason": str(error), "raw_json": as_json(record)})
            continue
        _refuse_stranger(row, account, span)
        rows.append(row)
    where = f"tochka: account {account}, {span[0]} to {span[1]}"
    reasons = [row["malformed_reason"] for row in broken]
    refuse_if_most_are_broken(where, reasons, len(statement.transactions))
    number_rows(rows, "transaction_key", account, same="status")
    common = {"account_number": account, "requested_at": requested_at}
    return whole_days(rows, broken, span, common)


def statement_row(statement: Statement, rows: list[Row], requested_at: datetime) -> Row:
    """The bank's balances beside the sums of what it has booked; ``rows`` are the transactions'."""
    booked = [row for row in rows if row.get("status") == BOOKED]
    return {
        "account_number": statement.account_number,
        "date_from": statement.span[0],
        "date_to": statement.span[1],
        "statement_id": statement.statement_id,
        **balance_columns(statement.opening, statement.closing, booked, rows),
        "transactions": len(booked),
        "pending": sum(1 for row in rows if row.get("status") == "Pending"),
        "requested_at": requested_at,
    }


def _read(record: Any, account: str, company_currency: str) -> Row:
    row = read_record(record, _FIELDS)
    direction = _DIRECTIONS.get(row["credit_debit_indicator"] or "")
    if direction is None:
        raise BrokenRecordError(
            f'creditDebitIndicator "{row["credit_debit_indicator"]}" tells no direction'
        )
    if not row["amount"] or row["amount"] < 0:
        raise BrokenRecordError(f'Amount.amount "{row["amount"]}" is not an amount above zero')
    if row["booked_on"] is None:
        raise BrokenRecordError("documentProcessDate is missing")
    own_side = "payee" if direction == "in" else "payer"
    row[f"{own_side}_account"] = row[f"{own_side}_account"] or account
    return row | {
        "direction": direction,
        "currency": currency_of(account, row["currency"], company_currency),
        "raw_json": as_json(record),
    }


def _refuse_stranger(row: Row, account: str, span: Span) -> None:
    """Whole days are replaced, so a row of another day would take that day's rows away."""
    if not span[0] <= row["booked_on"] <= span[1]:
        raise SourceFormatError(
            f"tochka: account {account}: asked for {span[0]} to {span[1]}, Tochka sent transaction "
            f"{row['transaction_id']} of {row['booked_on']}; nothing of it is loaded, run again "
            "later"
        )
