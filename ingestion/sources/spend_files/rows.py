"""Parsed files to rows of the four tables of ``raw_spend_files``."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from ingestion.columns import Row
from ingestion.inbox import InboxFile
from ingestion.sources.spend_files.inbox import cabinet_of
from ingestion.sources.spend_files.parse import Place, SpendFile
from ingestion.sources.spend_files.spread import spread


def line_rows(file: InboxFile, parsed: SpendFile) -> Iterator[Row]:
    cabinet = cabinet_of(file)
    for place, line, written in parsed.lines:
        yield {
            **_key(file, place),
            "file_name": file.name,
            "cabinet": cabinet,
            **asdict(line),
            "raw_json": written,
        }


def day_rows(file: InboxFile, parsed: SpendFile) -> Iterator[Row]:
    for place, line, _ in parsed.lines:
        days = spread(line.date_from, line.date_to, line.cost, line.clicks, line.impressions)
        for index, day in enumerate(days):
            yield {
                **_key(file, place),
                "day_index": index,
                "spend_on": day.day,
                "cost": day.cost,
                "clicks": day.clicks,
                "impressions": day.impressions,
            }


def file_row(file: InboxFile, parsed: SpendFile, load_number: int, loaded_at: datetime) -> Row:
    return {
        "file_sha256": file.sha256,
        "file_name": file.name,
        "bytes": file.size,
        "encoding": parsed.encoding or None,
        "cabinet": cabinet_of(file),
        "tables": parsed.tables,
        "rows": len(parsed.lines),
        "cost": parsed.cost,
        "rows_quarantined": len(parsed.rejected),
        "cost_quarantined": parsed.cost_rejected,
        "cost_stated": parsed.stated,
        "currencies": ", ".join(parsed.currencies) or None,
        "unknown_columns": " | ".join(parsed.unknown_columns) or None,
        "load_number": load_number,
        "modified_at": datetime.fromtimestamp(int(file.path.stat().st_mtime), UTC),
        "loaded_at": loaded_at,
    }


def quarantine_rows(file: InboxFile, parsed: SpendFile) -> Iterator[Row]:
    for row in parsed.rejected:
        yield {
            **_key(file, row.place),
            "file_name": file.name,
            "reason": row.reason,
            "cost": row.cost,
            "raw_text": row.text,
        }


def _key(file: InboxFile, place: Place) -> Row:
    return {"file_sha256": file.sha256, "sheet": place.sheet, "row_number": place.row_number}
