"""MT940 statements, read by mt-940 one entry at a time, so that a bad one costs itself alone."""

import codecs
import logging
import re
from datetime import date
from decimal import Decimal
from typing import Any

import mt940
from mt940.options import Options

from ingestion.bank_feed import as_amount
from ingestion.errors import SourceFormatError
from ingestion.sources.bank_swift.statement import (
    BOOKED,
    Direction,
    Entry,
    EntryError,
    Party,
    Reading,
    Statement,
    StatementFile,
    join_lines,
    split_tax_number,
)

# It writes every pattern it tried on a bad line; what is bad is said in quarantine instead.
logging.getLogger("mt940").setLevel(logging.CRITICAL)

_OPTIONS = Options.all()
_STATEMENT = re.compile(r"(?m)^(?=:20:)")
_ENTRY = re.compile(r"(?m)^(?=:61:)")
_TAIL = re.compile(r"(?m)^(?=:62[FM]:)")
_END = re.compile(r"(?m)^-\}?.*$")  # what closes a statement in the envelope of a SWIFT message
_NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED"})
# Code words of field 86 in the manner of ISO and of Russian banks: /ORDP/, /BENM//NAME/, /REMI/
_WORD = re.compile(r"/(NAME|ORDP|BENM|IBAN|ACCT|BIC|REMI|EREF|INN)/")
_ROLES = ("ORDP", "BENM")  # who ordered the payment, who benefits by it


def read_mt940(content: bytes) -> StatementFile:
    """Read one file.

    Raises:
        SourceFormatError: none of its statements names an account and a balance.
    """
    text = _decode(content).replace("\r\n", "\n").replace("\r", "\n")
    reading = Reading()
    for block in _STATEMENT.split(text):
        if block.startswith(":20:"):
            _read_block(_END.sub("", block), reading)
    if not reading.statements and not reading.unreadable:
        raise SourceFormatError("an MT940 file without a statement (:20:); export it again")
    return reading.done("mt940")


def _read_block(block: str, reading: Reading) -> None:
    head, *rest = _ENTRY.split(block)
    tail = ""
    if rest:  # balances and their notes come after the last entry and its own field 86
        rest[-1], *notes = _TAIL.split(rest[-1], maxsplit=1)
        tail = "".join(notes)
    try:
        frame = mt940.parse(head + tail, options=_OPTIONS).data
    except (RuntimeError, ValueError) as error:
        reading.set_aside(reading.next_number(), f"the statement's frame: {_why(error)}", block)
        return
    account = _account(frame.get("account_identification"))
    if not account:
        reading.set_aside(reading.next_number(), "the statement names no account (:25:)", block)
        return
    opening, closing = (
        frame.get(f"final_{side}_balance") or frame.get(f"intermediate_{side}_balance")
        for side in ("opening", "closing")
    )
    entries = []
    for text in rest:
        number = reading.next_number()
        try:
            entries.append(_entry(head, text, number))
        except (EntryError, RuntimeError, ValueError, ArithmeticError) as error:
            reading.set_aside(number, _why(error), text.strip())
    reading.statements.append(
        Statement(
            account=account,
            currency=_currency(opening) or _currency(closing) or "",
            opening=_balance(opening),
            closing=_balance(closing),
            date_from=_plain(opening.date) if opening else None,
            date_to=_plain(closing.date) if closing else None,
            entries=tuple(entries),
        )
    )


def _entry(head: str, text: str, number: int) -> Entry:
    found = mt940.parse(head + text, options=_OPTIONS)
    if len(found) != 1:
        raise EntryError(f"{len(found)} movements in one field 61")
    data: dict[str, Any] = found[0].data
    signed: Decimal = data["amount"].amount
    try:
        amount = as_amount(abs(signed))
    except ValueError:
        amount = None
    if not amount:
        raise EntryError(f'amount "{signed}" is not an amount above zero')
    direction: Direction = "in" if signed > 0 else "out"
    # the month and day of field 61 with the year that puts them next to the value date
    booked_on = data.get("guessed_entry_date") or data.get("date")
    if booked_on is None:
        raise EntryError("field 61 has no date")
    details = data.get("transaction_details") or ""
    other, purpose = _details(data, details, direction)
    references = (data.get("customer_reference"), data.get("bank_reference"))
    return Entry(
        number=number,
        direction=direction,
        amount=amount,
        currency=data.get("currency") or data["amount"].currency or "",
        booked_on=_plain(booked_on),
        value_on=_plain(data["date"]) if data.get("date") else None,
        status=BOOKED,
        reference=next(
            (text for text in references if (text or "").upper().strip() not in _NO_REFERENCE), None
        ),
        kind=data.get("id"),
        other=other,
        purpose=purpose or join_lines([data.get("extra_details")]),
        is_reversal=str(data.get("status") or "").upper().startswith("R"),
        raw={
            name: str(value)
            for name, value in data.items()
            if value is not None and name != "guessed_entry_date"
        },
    )


def _details(data: dict[str, Any], details: str, direction: Direction) -> tuple[Party, str | None]:
    """The other side and the purpose: from the fields mt-940 knows, else from code words."""
    if data.get("purpose") or data.get("applicant_name"):  # the German way, ?20 to ?29
        name, tax_number = split_tax_number(join_lines([data.get("applicant_name")]))
        party = Party(
            data.get("applicant_iban"), tax_number, name, data.get("applicant_bin") or None
        )
        return party, join_lines([data.get("purpose"), data.get("additional_purpose")])
    flat = " ".join(details.split("\n"))
    words = _WORD.split(flat)
    if len(words) < 3:
        return Party(), join_lines([details])
    said: dict[str, str] = {}
    role = ""  # names and accounts belong to the side named last
    for word, value in zip(words[1::2], words[2::2], strict=True):
        role = word if word in _ROLES else role
        key = word if word in (*_ROLES, "REMI") else f"{role} {word}"
        said.setdefault(key, value.strip(" /"))
    ours, theirs = _ROLES[::-1] if direction == "in" else _ROLES
    found = {
        word: said.get(f"{theirs} {word}") or (said.get(f" {word}") if ours not in said else None)
        for word in ("NAME", "IBAN", "ACCT", "BIC", "INN")
    }
    name, in_name = split_tax_number(found["NAME"] or said.get(theirs))
    account = (found["IBAN"] or found["ACCT"] or "").replace(" ", "")
    party = Party(account or None, found["INN"] or in_name, name, found["BIC"] or None)
    return party, join_lines([said.get("REMI") or words[0]])


def _decode(content: bytes) -> str:
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


def _account(text: str | None) -> str:
    """The account's number: a BIC may stand before it after a slash."""
    return "".join((text or "").split("/")[-1].split())


def _balance(balance: Any) -> Decimal | None:
    try:
        return as_amount(balance.amount.amount) if balance else None
    except ValueError:
        return None


def _currency(balance: Any) -> str | None:
    return balance.amount.currency if balance else None


def _plain(day: Any) -> date:
    return date(day.year, day.month, day.day)


def _why(error: Exception) -> str:
    """The library's errors carry the line and the pattern; the first sentence is for people."""
    text = str(error.args[0]) if error.args else type(error).__name__
    return text.splitlines()[0][:300] if text else type(error).__name__
