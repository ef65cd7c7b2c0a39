"""Writes the company's bank movements as statement files in the 1C exchange format.

One file per own account and month, and one more that overlaps two of them. Layout, keys and
oddities: v8.1c.ru/edi/edi_stnd/100/101.htm and files of several banks seen in public.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.model import BankDocument, Company
from sandbox.simulation.statement_rows import document_lines, spoilt_lines

BOM = b"\xef\xbb\xbf"
LEAST_OPENING = Decimal("1500000.00")


@dataclass
class Statement:
    """One file to be: the documents of one account between two days."""

    account: str
    since: date
    until: date
    opening: Decimal
    documents: list[BankDocument]
    is_overlap: bool = False
    encoding: str = "cp1251"
    newline: str = "\r\n"
    cut: int | None = None  # a document of this position counts in the totals but is left out
    spoilt: list[tuple[int, int]] = field(default_factory=list)  # (position, kind of garbage)

    @property
    def name(self) -> str:
        if self.is_overlap:
            return f"{self.account[-5:]}_{self.since:%Y-%m-%d}_{self.until:%Y-%m-%d}.txt"
        return f"{self.account[-5:]}_{self.since:%Y-%m}.txt"


def write_statements(company: Company, folder: Path) -> list[Path]:
    """Write all statement files into ``folder``; return their paths in the order of names."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for statement in sorted(_statements(company), key=lambda s: s.name):
        text, _ = _render(company, statement)
        body = text.encode(statement.encoding)
        paths.append(folder / statement.name)
        paths[-1].write_bytes(BOM + body if statement.encoding == "utf-8" else body)
    return paths


def list_defects(company: Company) -> list[dict[str, Any]]:
    """Rows of the truth table ``bank_defects``: what is wrong with the files on purpose.

    ``line_number`` counts from 1 and points at the row's ``СекцияДокумент`` line, or at the
    ``СекцияРасчСчет`` line of the block whose totals do not tie.
    """
    rows = []
    for statement in _statements(company):
        if statement.cut is None and not statement.spoilt:
            continue
        for kind, line_number in _render(company, statement)[1]:
            rows.append({"file_name": statement.name, "kind": kind, "line_number": line_number})
    return sorted(rows, key=lambda row: (row["file_name"], row["line_number"]))


def _statements(company: Company) -> list[Statement]:
    rng = Random(f"{company.spec.seed}:statements")
    files = [f for account in company.own_accounts for f in _monthly(company, account)]
    if not files:
        return []
    overlap = _overlap(files)
    _plant(rng, files, overlap)
    return [*files, overlap]


def _monthly(company: Company, account: str) -> Iterator[Statement]:
    """The account's months; the opening balance is such that the account is never overdrawn."""
    documents = [d for d in company.bank if d.own_account == account]
    lowest = balance = Decimal("0.00")
    for document in documents:
        balance += _signed(document)
        lowest = min(lowest, balance)
    balance = LEAST_OPENING - lowest
    last_day = company.spec.as_of.astimezone(ZoneInfo(company.spec.timezone)).date()
    for _, group in groupby(documents, key=lambda d: (d.day.year, d.day.month)):
        rows = list(group)
        first = rows[0].day.replace(day=1)
        end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        yield Statement(account, first, min(end, last_day), balance, rows)
        balance += sum(map(_signed, rows))


def _signed(document: BankDocument) -> Decimal:
    return document.amount if document.incoming else -document.amount


def _overlap(files: list[Statement]) -> Statement:
    """A file that somebody downloaded once more: the end of one month and the start of the next."""
    first, second = files[len(files) // 4], files[min(len(files) // 4 + 1, len(files) - 1)]
    if first.account != second.account:
        second = first
    since = first.since + timedelta(days=9)
    until = second.until
    if second is not first:
        until = min(second.since + timedelta(days=11), until)
    before = [d for d in first.documents if d.day < since]
    months = first.documents + (second.documents if second is not first else [])
    rows = [d for d in months if since <= d.day <= until]
    opening = first.opening + sum(map(_signed, before))
    return Statement(first.account, since, until, opening, rows, is_overlap=True)


def _plant(rng: Random, files: list[Statement], overlap: Statement) -> None:
    """Two odd encodings, one file with a row cut out of it, and a few rows nobody can read."""
    odd = rng.sample(files, min(2, len(files)))
    odd[0].encoding = "utf-8"
    odd[-1].newline = "\n"
    first = files[len(files) // 4]
    # what is cut out of the month still stands in the overlapping file, so that nothing is lost
    kept = [n for n, d in enumerate(first.documents) if overlap.since <= d.day <= overlap.until]
    kept = [n for n in kept if first.documents[n].incoming] or kept
    whole = [f for f in files if f is not first]
    if kept:
        first.cut = rng.choice(kept)
    for kind in [0, 1, *rng.choices((0, 1), k=rng.randint(0, 2))]:
        statement = rng.choice(whole or files)
        statement.spoilt.append((rng.randint(0, len(statement.documents)), kind))


def _render(company: Company, statement: Statement) -> tuple[str, list[tuple[str, int]]]:
    """The text of the file and its defects as (kind, line number)."""
    lines = [*_header(company, statement)]
    found: list[tuple[str, int]] = []
    if statement.cut is not None:
        found.append(("totals_do_not_tie", lines.index("СекцияРасчСчет") + 1))
    is_first = statement.account == company.own_accounts[0]
    for n in range(len(statement.documents) + 1):
        for kind in [kind for position, kind in statement.spoilt if position == n]:
            found.append(("unreadable_row", len(lines) + 1))
            lines += spoilt_lines(company, statement.account, statement.since, kind)
        if n < len(statement.documents) and n != statement.cut:
            lines += document_lines(company, statement.documents[n], is_first_bank=is_first)
    lines.append("КонецФайла")
    return statement.newline.join(lines) + statement.newline, found


def _header(company: Company, statement: Statement) -> Iterator[str]:
    came = sum((d.amount for d in statement.documents if d.incoming), Decimal("0.00"))
    went = sum((d.amount for d in statement.documents if not d.incoming), Decimal("0.00"))
    period = (f"ДатаНачала={statement.since:%d.%m.%Y}", f"ДатаКонца={statement.until:%d.%m.%Y}")
    is_first = statement.account == company.own_accounts[0]
    yield "1CClientBankExchange"
    yield f"ВерсияФормата={'1.03' if is_first else '1.02'}"
    yield "Кодировка=Windows"  # also above UTF-8, as some banks do
    yield "Отправитель=Интернет-банк"
    yield "Получатель=1С:Предприятие"
    yield f"ДатаСоздания={statement.until:%d.%m.%Y}"
    yield "ВремяСоздания=21:30:00"
    yield from (*period, f"РасчСчет={statement.account}")
    yield "СекцияРасчСчет"
    yield from (*period, f"РасчСчет={statement.account}")
    yield f"НачальныйОстаток={statement.opening}"
    yield f"ВсегоПоступило={came}"
    yield f"ВсегоСписано={went}"
    yield f"КонечныйОстаток={statement.opening + came - went}"
    yield "КонецРасчСчет"
