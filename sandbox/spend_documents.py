"""Writes the files that people send about spend: each in its own dialect, some with mistakes."""

import csv
import io
import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from sandbox.model import Company
from sandbox.simulation.spend_files import (
    AGENCY,
    AVITO,
    OUTDOOR,
    TELEGRAM,
    TWO_GIS,
    Line,
    true_lines,
)

_MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь",
    "ноябрь", "декабрь",
)  # fmt: skip
_WRITTEN = datetime(2026, 10, 31)  # noqa: DTZ001 workbooks know no zones


@dataclass(frozen=True)
class Document:
    """A file of the folder; ``defects`` is (kind, rows) that a careful reader has to report.

    ``minute`` orders the files as they were saved: of two about the same days the later is right.
    """

    name: str
    content: bytes
    minute: int
    defects: tuple[tuple[str, int], ...] = field(default=())


def spend_documents(company: Company) -> list[Document]:
    """Every file about spend that the company got, in the order they were saved."""
    lines = true_lines(company)
    documents = [
        *_avito(_of(lines, AVITO)),
        *_telegram(_of(lines, TELEGRAM)),
        _two_gis(_of(lines, TWO_GIS)),
        _outdoor(_of(lines, OUTDOOR)),
        *_agency(_of(lines, AGENCY)),
    ]
    return sorted(documents, key=lambda document: document.minute)


def write_spend_files(company: Company, folder: Path) -> None:
    """Lay the files out, with the times at which they were saved."""
    base = int(company.spec.as_of.timestamp()) - 86_400
    for document in spend_documents(company):
        path = folder / document.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document.content)
        os.utime(path, (base + document.minute * 60,) * 2)


def _of(lines: Iterable[Line], placements: Sequence[object]) -> list[Line]:
    return [line for line in lines if line.placement in placements]


def _by_month(lines: Iterable[Line]) -> list[tuple[date, list[Line]]]:
    return [
        (month, list(group))
        for month, group in groupby(lines, key=lambda line: line.first.replace(day=1))
    ]


def _comma(amount: Decimal) -> str:
    """As Excel shows it in Russian: a comma, and no-break blanks between thousands."""
    whole, fraction = f"{abs(amount):.2f}".split(".")
    return ("-" if amount < 0 else "") + f"{int(whole):,}".replace(",", "\u00a0") + "," + fraction


def _avito(lines: list[Line]) -> list[Document]:
    """A file a month, Windows-1251, a title above and a total below.

    One month was sent with wrong costs first; another has three rows that nobody can read, of days
    that a second file brings again.
    """
    months = _by_month(lines)
    documents = []
    for number, (month, rows) in enumerate(months):
        name = f"avito/avito_{month:%Y-%m}.csv"
        if number == len(months) // 3:
            wrong = [replace(row, cost=row.cost * 2) for row in rows]
            draft = (f"avito/черновик_{month:%Y-%m}.csv", _avito_csv(month, wrong), 0)
            documents.append(Document(*draft, (("superseded", len(wrong)),)))
        if number == len(months) // 2 and len(rows) > 12:
            spoilt = _avito_csv(month, rows, spoil=3)
            rest = [row for row in rows if row.first <= rows[2].first]
            defects = [("unreadable_row", 3)]
            if len(rest) > 3:  # the readable ones of the same days come again too
                defects.append(("superseded", len(rest) - 3))
            documents.append(Document(name, spoilt, 10 + number, tuple(defects)))
            documents.append(
                Document(f"avito/avito_{month:%Y-%m}_начало.csv", _avito_csv(month, rest), 60)
            )
        else:
            documents.append(Document(name, _avito_csv(month, rows), 10 + number))
    return documents


def _avito_csv(month: date, lines: list[Line], spoil: int = 0) -> bytes:
    """``spoil``: so many rows at the top cannot be read."""
    stream = io.StringIO()
    table = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    table.writerow([f"Отчёт Авито Реклама за {_MONTHS[month.month - 1]} {month.year}"])
    table.writerow([])
    head = (
        "Дата",
        "Источник",
        "Канал",
        "Кампания",
        "ID кампании",
        "Расход, руб.",
        "Клики",
        "Показы",
    )
    table.writerow([*head, "Комментарий"])
    for number, line in enumerate(lines):
        marks = line.placement
        cost = _comma(line.cost)
        row = [
            *(f"{line.first:%d.%m.%Y}", marks.written_source, marks.medium, marks.campaign),
            *(marks.campaign_id, cost, line.clicks, line.impressions, line.comment),
        ]
        if number < spoil:
            index, text = ((5, f"{line.cost // 1000}к"), (0, "31.02.2026"), (1, ""))[number]
            row[index] = text
        table.writerow(row)
    total = sum((line.cost for line in lines), Decimal(0))
    if not spoil:
        table.writerow(["Итого", "", "", "", "", _comma(total), "", "", ""])
    return stream.getvalue().encode("cp1251")


def _telegram(lines: list[Line]) -> list[Document]:
    """A workbook a quarter, a sheet a month, real date and number cells, euros without VAT."""
    documents = []
    quarters = groupby(lines, key=lambda line: (line.first.year, (line.first.month - 1) // 3))
    for number, ((year, quarter), group) in enumerate(quarters):
        sheets = []
        for month, rows in _by_month(group):
            table: list[list[Any]] = [
                ["Date", "utm_source", "utm_medium", "utm_campaign", "Expenses", "Currency", "VAT",
                 "Clicks", "Impressions"],
            ]  # fmt: skip
            table += [
                [line.first, line.placement.written_source, line.placement.medium,
                 line.placement.campaign, float(line.cost), "EUR", "none", line.clicks,
                 line.impressions]
                for line in rows
            ]  # fmt: skip
            sheets.append((f"{month:%Y-%m}", table))
        name = f"telegram/{year}-Q{quarter + 1}.xlsx"
        documents.append(Document(name, workbook(sheets), 20 + number))
    return documents


def _two_gis(lines: list[Line]) -> Document:
    """One growing file in no folder: a bill a month, VAT on top."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["Начало", "Конец", "Источник", "Сумма", "НДС"])
    for line in lines:
        days = [f"{day:%d.%m.%Y}" for day in (line.first, line.last)]
        table.writerow([*days, line.placement.written_source, _comma(line.cost), "сверху"])
        table.writerow(["", "", "", "", ""])
    return Document("2gis.csv", stream.getvalue().encode("utf-8-sig"), 30)


def _outdoor(lines: list[Line]) -> Document:
    """A workbook by hand: a title, spans, roubles as text, a total, a sheet with no table."""
    table: list[list[Any]] = [
        ["Наружная реклама и радио"],
        [],
        ["Период", "Источник", "Тип", "Кампания", "Сумма, ₽", "НДС", "Комментарий"],
    ]
    for line in lines:
        marks = line.placement
        vat = "без НДС" if marks.vat == "none" else "в т.ч."
        period = f"{line.first:%d.%m.%Y} – {line.last:%d.%m.%Y}"
        row = [period, marks.written_source, marks.medium, marks.campaign]
        table.append([*row, f"{_comma(line.cost)} ₽", vat, None])
    table.append(["Итого", None, None, None, float(sum((line.cost for line in lines), Decimal(0)))])
    notes: list[list[Any]] = [["Договор с радио продлён"], ["Щит меняем весной"]]
    sheets = [("Размещения", table), ("Заметки", notes)]
    defects = (("unreadable_sheet", 1),)
    return Document("offline/наружка.xlsx", workbook(sheets), 40, defects)


def _agency(lines: list[Line]) -> list[Document]:
    """Tabs and ISO days; the middle of one month was corrected, one file was sent twice.

    An estimate without sources is in the folder too.
    """
    documents = []
    months = _by_month(lines)
    for number, (month, rows) in enumerate(months):
        name, minute = f"agency-north/{month:%Y-%m}.tsv", 50 + number
        if number == len(months) // 2:
            first, last = month.replace(day=10), month.replace(day=20)
            middle = [row for row in rows if first <= row.first <= last]
            wrong = [replace(row, cost=row.cost + 7) if row in middle else row for row in rows]
            defects = (("superseded", len(middle)),) if middle else ()
            documents.append(Document(name, _tsv(wrong), minute, defects))
            if middle:
                corrected = f"agency-north/{month:%Y-%m} исправлено.tsv"
                documents.append(Document(corrected, _tsv(middle), minute + 30))
        else:
            documents.append(Document(name, _tsv(rows), minute))
            if number == 0:
                copy = f"agency-north/копия {month:%Y-%m}.tsv"
                documents.append(Document(copy, _tsv(rows), minute + 30))
    estimate = "Месяц\tСумма\nноябрь\t100 000\n"
    refused = (("unreadable_file", 1),)
    documents.append(Document("agency-north/смета.tsv", estimate.encode(), 99, refused))
    return documents


def _tsv(lines: list[Line]) -> bytes:
    stream = io.StringIO()
    table = csv.writer(stream, delimiter="\t", lineterminator="\n")
    head = ("date", "source", "medium", "campaign", "utm_id", "cost", "clicks", "vat", "Менеджер")
    table.writerow(head)
    for line in lines:
        marks = line.placement
        row = (line.first.isoformat(), marks.written_source, marks.medium, marks.campaign)
        table.writerow([*row, marks.campaign_id, line.cost, line.clicks, "none", "Анна"])
    return stream.getvalue().encode()


def workbook(sheets: Sequence[tuple[str, list[list[Any]]]]) -> bytes:
    """A workbook that is the same bytes each time."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.created = book.properties.modified = _WRITTEN
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    written, same = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(same, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":  # saving has put the clock's time there
                part = b"".join(_core())
            target.writestr(zipfile.ZipInfo(name, _WRITTEN.timetuple()[:6]), part)
    return same.getvalue()


def _core() -> Iterable[bytes]:
    yield b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    yield b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    yield b'core-properties"/>'
