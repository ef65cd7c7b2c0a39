"""A company's files for tests, and the source run over them."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.pipeline import load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources.files import SOURCE

AS_OF = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)


def settings_for(
    folder: Path, *, is_enabled: bool = True, zone: str = "Europe/Moscow", **section: Any
) -> Settings:
    config = check_company_config(
        {
            "company": {"name": "ООО Ромашка", "timezone": zone},
            "sources": {"files": {"enabled": is_enabled, **section}},
        }
    )
    return Settings(
        data_dir=folder,
        config_path=folder / "company.toml",
        company_config=config,
        as_of=AS_OF,
    )


def drop(settings: Settings, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    """Put a file into the inbox: ``deals/a.csv``."""
    path = settings.inbox_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def workbook(*rows: Iterable[Any], title: str = "Лист1", **more: Iterable[Iterable[Any]]) -> bytes:
    """An .xlsx file of these rows, and of further sheets by name."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for name, others in more.items():
        other = book.create_sheet(name)
        for row in others:
            other.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(**columns: Any) -> bytes:
    """A Parquet file of Arrow arrays or lists by column."""
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def load(settings: Settings) -> None:
    load_source(SOURCE, settings)


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set schema 'raw_files'; set timezone = 'UTC'")
        return con.execute(sql).fetchall()


def problems(settings: Settings) -> list[tuple[Any, ...]]:
    """What the owner is told: kind, subject, rows, detail."""
    sql = f"select kind, subject, rows, detail from ({SOURCE.problems}) order by all"
    return query(settings, sql)
