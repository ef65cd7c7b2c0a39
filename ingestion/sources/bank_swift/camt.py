"""camt.053 statements (ISO 20022), read by pycamt; what it leaves out is read here.

Banks put any version of the schema and any prefix before the names, so names are compared without
their namespace. pycamt knows IBANs alone and reads the first amount of a detail, which may be one
instructed in another currency.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lxml import etree
from pycamt.parser import Camt053Parser

from ingestion.errors import SourceFormatError
from ingestion.sources.bank_swift.camt_values import (
    Element,
    account_of,
    amount_of,
    balance_of,
    day_of,
    descendant_of,
    detail_amount,
    sign_of,
    text_of,
)
from ingestion.sources.bank_swift.statement import (
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

_DIRECTIONS: dict[str | None, Direction] = {"CRDT": "in", "DBIT": "out"}
_NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NONREF", "NOT PROVIDED"})


def read_camt(content: bytes) -> StatementFile:
    """Read one file.

    Raises:
        SourceFormatError: it is not XML, or no statement of booked movements.
    """
    root = _parse(content)
    found = root.findall(".//BkToCstmrStmt/Stmt")
    if not found:
        raise SourceFormatError(
            "an ISO 20022 message, but no camt.053 statement (Stmt): reports of the running day "
            "(camt.052) and notices (camt.054) are not final; export camt.053"
        )
    reading = Reading()
    for element in found:
        reading.statements.append(_statement(element, reading))
    return reading.done("camt.053")


class _Reader(Camt053Parser):  # type: ignore[misc]  # pycamt has no types
    """pycamt over a tree that is parsed and stripped of namespaces already."""

    def __init__(self, root: Element) -> None:
        self.tree = root
        self.namespaces: dict[str, str] = {}
        self.version = "unknown"


def _parse(content: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise SourceFormatError(
            f"not well-formed XML ({error.msg}); export the statement again"
        ) from None
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return root


def _statement(element: Element, reading: Reading) -> Statement:
    account = account_of(element.find("Acct"))
    currency = text_of(element, "Acct/Ccy") or ""
    entries: list[Entry] = []
    for entry in element.findall("Ntry"):
        number = reading.next_number()
        raw_text = etree.tostring(entry, encoding="unicode")
        try:
            if account is None:
                raise EntryError("the statement names no account (Acct/Id)")
            entries += _entries(entry, number, currency, reading, raw_text)
        except (EntryError, ValueError, TypeError, ArithmeticError) as error:
            reading.set_aside(number, str(error) or type(error).__name__, raw_text)
    opening, closing = (balance_of(element, kinds) for kinds in (("OPBD", "PRCD"), ("CLBD",)))
    statement = Statement(
        account=account or "",
        currency=currency or next((entry.currency for entry in entries), ""),
        opening=opening,
        closing=closing,
        date_from=day_of(element, "FrToDt/FrDtTm", "FrToDt/FrDt", "CreDtTm"),
        date_to=day_of(element, "FrToDt/ToDtTm", "FrToDt/ToDt", "CreDtTm"),
        entries=tuple(entries),
    )
    return _settle_reversals(statement)


def _settle_reversals(statement: Statement) -> Statement:
    """Turn reversals round, unless the balances say that the bank has done so already.

    Some banks give a reversed credit as CRDT with the reversal mark, others, as ISO 20022 words
    it, as DBIT with the mark. Where the balances do not decide, the mark turns the direction.
    """
    if not any(entry.is_reversal for entry in statement.entries):
        return statement
    turned = replace(
        statement,
        entries=tuple(
            replace(entry, direction="out" if entry.direction == "in" else "in")
            if entry.is_reversal
            else entry
            for entry in statement.entries
        ),
    )
    return statement if statement.tie()[0] and not turned.tie()[0] else turned


def _entries(
    entry: Element, number: int, statement_currency: str, reading: Reading, raw_text: str
) -> Iterator[Entry]:
    """The movements of an entry: itself, or those it was booked in one sum with."""
    amount, stated = amount_of(entry.find("Amt"), "Ntry/Amt")
    whole = amount, stated or statement_currency
    details = entry.findall("NtryDtls/TxDtls")
    read = _Reader(_document_around(entry)).get_transactions()
    if len(details) < 2:
        yield _entry(entry, number, read[0], details[0] if details else None, *whole)
        return
    parts = [detail_amount(detail, whole[1]) for detail in details]
    signs = [sign_of(entry, detail) for detail in details]
    if None not in parts:
        total = sum(sign * part for sign, part in zip(signs, parts, strict=True) if part)
        if total == whole[0] and all(sign > 0 for sign in signs):
            for detail, fields, part in zip(details, read, parts, strict=True):
                if part:
                    yield _entry(entry, number, fields, detail, part, whole[1])
            return
        reason = f"{len(parts)} payments booked in one sum add up to {total}, the sum is {whole[0]}"
    else:
        reason = f"{len(parts)} payments booked in one sum do not all have an amount"
    reading.set_aside(number, f"{reason}: counted as one movement of the sum", raw_text)
    texts = [fields.get("RemittanceInformationFull") for fields in read]
    yield replace(
        _entry(entry, number, read[0], None, *whole), purpose=join_lines(texts), other=Party()
    )


def _document_around(entry: Element) -> Element:
    root = etree.Element("Document")
    etree.SubElement(root, "Stmt").append(deepcopy(entry))
    return root


def _entry(
    entry: Element,
    number: int,
    fields: dict[str, Any],
    detail: Element,
    amount: Decimal,
    currency: str,
) -> Entry:
    """One movement; ``fields`` is what pycamt read of it."""
    direction = _DIRECTIONS.get(text_of(entry, "CdtDbtInd"))
    if direction is None:
        raise EntryError(f'CdtDbtInd "{text_of(entry, "CdtDbtInd")}" is neither CRDT nor DBIT')
    value_on = day_of(entry, "ValDt/Dt", "ValDt/DtTm")
    booked_on = day_of(entry, "BookgDt/Dt", "BookgDt/DtTm") or value_on
    if booked_on is None:
        raise EntryError("BookgDt and ValDt are missing")
    references = (
        fields.get("EndToEndId"),
        text_of(entry, "NtryRef"),
        fields.get("TransactionID"),
    )
    purpose = (
        fields.get("RemittanceInformationFull")
        or fields.get("RemittanceInformation")
        or fields.get("AdditionalRemittanceInformation")
        or text_of(detail, "AddtlTxInf")
        or fields.get("AdditionalEntryInformation")
    )
    codes = [
        fields.get(name)
        for name in ("BankTransactionCode", "TransactionFamilyCode", "TransactionSubFamilyCode")
    ]
    return Entry(
        number=number,
        direction=direction,
        amount=amount,
        currency=currency,
        booked_on=booked_on,
        value_on=value_on,
        status=fields.get("Status") or "BOOK",
        reference=next(
            (text for text in references if (text or "").upper().strip() not in _NO_REFERENCE), None
        ),
        kind="-".join(code for code in codes if code) or text_of(entry, "BkTxCd/Prtry/Cd"),
        other=_other_side(detail, direction),
        purpose=join_lines([purpose]),
        is_reversal=(text_of(entry, "RvslInd") or "").strip().lower() in ("true", "1"),
        raw={name: value for name, value in fields.items() if value is not None},
    )


def _other_side(detail: Element, direction: Direction) -> Party:
    """Who paid, for money in, or was paid."""
    if detail is None:
        return Party()
    role, agent = ("Dbtr", "DbtrAgt") if direction == "in" else ("Cdtr", "CdtrAgt")
    party = detail.find(f"RltdPties/{role}")
    name, in_name = split_tax_number(descendant_of(party, "Nm"))
    tax_number = next(
        (
            found.text.strip()
            for found in (party.iterfind(".//Othr/Id") if party is not None else ())
            if found.text and found.text.strip().isdigit()
        ),
        in_name,
    )
    bank = detail.find(f"RltdAgts/{agent}/FinInstnId")
    return Party(
        account=account_of(detail.find(f"RltdPties/{role}Acct")),
        tax_number=tax_number,
        name=name,
        bic=descendant_of(bank, "BICFI")
        or descendant_of(bank, "BIC")
        or descendant_of(bank, "MmbId"),
    )
