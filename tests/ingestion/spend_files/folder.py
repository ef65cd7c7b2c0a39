"""A folder of spend files, loads of it into a real DuckDB file, and the file as parsed."""

import os
from pathlib import Path
from typing import Any

import duckdb

from ingestion.pipeline import load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources.spend_files import SOURCE
from ingestion.sources.spend_files.config import SpendFilesSection
from ingestion.sources.spend_files.parse import SpendFile, parse

HEADER = "Дата;Источник;Кампания;Расход;Комментарий\n"


def settings_for(folder: Path, *, is_enabled: bool = True, **section: Any) -> Settings:
    config = check_company_config(
        {
            "company": {"name": "ООО «Малая»"},
            "sources": {"spend_files": {"enabled": is_enabled, **section}},
        }
    )
    return Settings(data_dir=folder, config_path=folder / "company.toml", company_config=config)


def drop(
    settings: Settings, name: str, content: str | bytes, changed_at: int = 1_767_000_000
) -> Path:
    """Put a file into the inbox, as if changed then (unix seconds)."""
    path = settings.inbox_dir / "spend" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (changed_at, changed_at))
    return path


def load(settings: Settings) -> None:
    load_source(SOURCE, settings)


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set schema 'raw_spend_files'")
        return con.execute(sql).fetchall()


def problems(settings: Settings) -> list[tuple[Any, ...]]:
    return query(settings, f"select kind, subject, amount, rows, detail from ({SOURCE.problems})")


def read(text: str, **section: Any) -> SpendFile:
    return parse("f.csv", text.encode(), SpendFilesSection(**section))
