"""The company's deals as files of another CRM: the same company, without amoCRM."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.simulation.file_exports import Row, export

# Headers and words of the CRM's own export; mapping.toml beside the file translates them.
_HEADERS = {
    "deal_id": "ID сделки", "created_at": "Дата создания", "name": "Название",
    "pipeline": "Воронка", "stage": "Этап", "status": "Итог", "price": "Бюджет, руб.",
    "closed_at": "Дата закрытия", "updated_at": "Дата изменения", "responsible": "Ответственный",
    "contact_phone": "Телефон", "company_inn": "ИНН", "source": "Источник",
    "loss_reason": "Причина отказа", "invoice_number": "Номер счёта", "paid_on": "Дата оплаты",
}  # fmt: skip
_WORDS = {"open": "В работе", "won": "Успешно", "lost": "Закрыто"}
DEFECTS = pa.schema(
    [
        ("feed", pa.string()),
        ("file_name", pa.string()),
        ("row_number", pa.int64()),
        ("column_name", pa.string()),
    ]
)


def config(_: Company, __: str) -> str:
    return section("files")


def write_files(company: Company, inbox: Path) -> None:
    write_export(company, inbox)


def write_export(company: Company, inbox: Path, prefix: str = "") -> None:
    """Every feed, in every format: old deals as a Windows CSV, new ones as UTF-8, and so on.

    Args:
        prefix: put before every id (see ``file_exports``).
    """
    tables = export(company, prefix)
    zone = ZoneInfo(company.spec.timezone)
    half = len(tables["deals"]) // 2
    old, new = tables["deals"][:half], tables["deals"][half:]
    _put(inbox / "deals" / "2025" / "выгрузка.csv", _windows_csv(old, zone).encode("cp1251"))
    _put(inbox / "deals" / "2025" / "mapping.toml", _mapping().encode())
    _put(inbox / "deals" / "deals.csv", _plain_csv([*new, *_spoilt(new)]).encode("utf-8-sig"))
    _put(inbox / "stage_events" / "history.parquet", _parquet(tables["stage_events"]))
    _put(inbox / "pipelines" / "stages.xlsx", _workbook(tables["pipelines"], zone))
    _put(inbox / "payments" / "payments.xlsx", _workbook(tables["payments"], zone))
    for feed in ("touches", "inquiries", "tasks"):
        _put(inbox / feed / f"{feed}.csv", _plain_csv(tables[feed]).encode())


def truth(company: Company) -> dict[str, pa.Table]:
    """``files_defects``: the cells planted to be set aside."""
    new = export(company)["deals"]
    last = len(new) - len(new) // 2 + 1  # rows of the file, its header included
    rows = [
        {"feed": "deals", "file_name": "deals.csv", "row_number": last + n, "column_name": column}
        for n, column in enumerate(("price", "created_at"), start=1)
    ]
    return {"files_defects": pa.Table.from_pylist(rows, schema=DEFECTS)}


def _spoilt(deals: Sequence[Row]) -> list[Row]:
    """Two rows that nobody can read: a price in words, a deal that was never created."""
    model = deals[-1] | {"deal_id": "999999999"}
    return [model | {"price": "12к"}, model | {"created_at": None}]


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _windows_csv(rows: Iterable[Row], zone: ZoneInfo) -> str:
    """As Russian programs write it: semicolons, decimal commas, local times, words of its own."""

    def local(column: str, value: Any) -> str:
        match value:
            case datetime():
                return f"{value.astimezone(zone):%d.%m.%Y %H:%M:%S}"
            case date():
                return f"{value:%d.%m.%Y}"
            case Decimal():
                return f"{value:,.2f}".replace(",", " ").replace(".", ",")
            case _:
                return _WORDS.get(value, value) if column == "status" else str(value or "")

    columns = [*_HEADERS, *(c for c in _columns(rows) if c.startswith("utm_"))]
    header = [_HEADERS.get(column, column) for column in columns]
    body = [[local(column, row[column]) for column in columns] for row in rows]
    return _csv([*header, "Теги"], [[*row, "экспорт"] for row in body], ";")


def _mapping() -> str:
    columns = "\n".join(
        f"{name} = {json.dumps(to, ensure_ascii=False)}" for name, to in _HEADERS.items()
    )
    words = "\n".join(f'"{said}" = "{word}"' for word, said in _WORDS.items())
    return f'ignore = ["Теги"]\n\n[columns]\n{columns}\n\n[values.status]\n{words}\n'


def _plain_csv(rows: Sequence[Row]) -> str:
    """As a program writes it: the contract's headers, commas, times with their offset."""

    def plain(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        return value.isoformat() if isinstance(value, date) else str("" if value is None else value)

    columns = _columns(rows)
    return _csv(columns, [[plain(row.get(column)) for column in columns] for row in rows], ",")


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]], separator: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()


def _workbook(rows: Sequence[Row], zone: ZoneInfo) -> bytes:
    def cell(value: Any) -> Any:
        # a workbook knows no zones
        return value.astimezone(zone).replace(tzinfo=None) if isinstance(value, datetime) else value

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Выгрузка")
    columns = _columns(rows)
    sheet.append(columns)
    for row in rows:
        sheet.append([cell(row.get(column)) for column in columns])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _parquet(rows: Sequence[Row]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), stream)
    return stream.getvalue()


def _columns(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))


FEED = Feed("files", config, write_files=write_files, truth=truth)
