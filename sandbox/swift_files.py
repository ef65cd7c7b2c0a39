"""Writes the account abroad as statement files: camt.053 for one month, MT940 for the next."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from sandbox.model import Company
from sandbox.simulation.foreign_account import (
    ACCOUNT,
    BANK_BIC,
    CURRENCY,
    OPENING,
    ForeignMovement,
    foreign_movements,
)

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def write_swift_statements(company: Company, folder: Path) -> list[Path]:
    """Write all files into ``folder``; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths, opening = [], OPENING
    months = groupby(foreign_movements(company), key=lambda m: (m.day.year, m.day.month))
    for (year, month), group in months:
        rows = list(group)
        closing = opening + sum((row.signed for row in rows), Decimal(0))
        is_xml = month % 2 == 1
        lines = _camt(rows, opening, closing) if is_xml else _mt940(rows, opening, closing)
        name = f"{ACCOUNT[-5:]}_{year}-{month:02}.{'xml' if is_xml else 'sta'}"
        paths.append(folder / name)
        paths[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
        opening = closing
    return paths


def _camt(rows: list[ForeignMovement], opening: Decimal, closing: Decimal) -> Iterator[str]:
    first, last = rows[0].day, rows[-1].day
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<Document xmlns="{_NAMESPACE}"><BkToCstmrStmt>'
    yield f"<GrpHdr><MsgId>{first:%Y%m}</MsgId><CreDtTm>{last}T20:00:00+05:00</CreDtTm></GrpHdr>"
    yield f"<Stmt><Id>{first:%Y%m}</Id><CreDtTm>{last}T20:00:00+05:00</CreDtTm>"
    yield f"<FrToDt><FrDtTm>{first}T00:00:00+05:00</FrDtTm>"
    yield f"<ToDtTm>{last}T23:59:59+05:00</ToDtTm></FrToDt>"
    yield f"<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>{CURRENCY}</Ccy></Acct>"
    for kind, amount, day in (("OPBD", opening, first), ("CLBD", closing, last)):
        yield f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        yield f'<Amt Ccy="{CURRENCY}">{abs(amount)}</Amt><CdtDbtInd>{_sign(amount)}</CdtDbtInd>'
        yield f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    for row in rows:
        yield from _entry(row)
    yield "</Stmt></BkToCstmrStmt></Document>"


def _entry(row: ForeignMovement) -> Iterator[str]:
    role = "Dbtr" if row.incoming else "Cdtr"
    tax_id = f"<Id><OrgId><Othr><Id>{row.tax_number}</Id></Othr></OrgId></Id>"
    party = f"<Nm>{escape(row.name)}</Nm>{tax_id if row.tax_number else ''}"
    yield f'<Ntry><Amt Ccy="{CURRENCY}">{row.amount}</Amt>'
    yield f"<CdtDbtInd>{_sign(row.signed)}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
    yield f"<BookgDt><Dt>{row.day}</Dt></BookgDt><ValDt><Dt>{row.day}</Dt></ValDt>"
    yield f"<AcctSvcrRef>{row.reference}</AcctSvcrRef>"
    yield "<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties>"
    yield f"<{role}><Pty>{party}</Pty></{role}>"
    if row.account:
        yield f"<{role}Acct><Id><IBAN>{row.account}</IBAN></Id></{role}Acct>"
    yield f"</RltdPties><RmtInf><Ustrd>{escape(row.purpose)}</Ustrd></RmtInf>"
    yield "</TxDtls></NtryDtls></Ntry>"


def _mt940(rows: list[ForeignMovement], opening: Decimal, closing: Decimal) -> Iterator[str]:
    first, last = rows[0].day, rows[-1].day
    yield f":20:ST{first:%Y%m}"
    yield f":25:{BANK_BIC}/{ACCOUNT}"
    yield f":28C:{first.month}/1"
    yield f":60F:{_mark(opening)}{first:%y%m%d}{CURRENCY}{_money(opening)}"
    for row in rows:
        moved = f"{row.day:%y%m%d}{row.day:%m%d}{_mark(row.signed)}{_money(row.amount)}"
        yield f":61:{moved}NTRFNONREF//{row.reference}"
        role = "ORDP" if row.incoming else "BENM"
        number = f" БИН {row.tax_number}" if row.tax_number else ""
        account = f"/IBAN/{row.account}" if row.account else ""
        yield f":86:/{role}//NAME/{row.name}{number}{account}"
        yield f"/REMI/{row.purpose}"
    yield f":62F:{_mark(closing)}{last:%y%m%d}{CURRENCY}{_money(closing)}"
    yield "-"


def _sign(amount: Decimal) -> str:
    return "DBIT" if amount < 0 else "CRDT"


def _mark(amount: Decimal) -> str:
    return "D" if amount < 0 else "C"


def _money(amount: Decimal) -> str:
    return f"{abs(amount):.2f}".replace(".", ",")
