"""Records of a report as rows of whole days, in UTC, with broken records set aside."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.columns import Row
from ingestion.days import Span
from ingestion.errors import SourceFormatError
from ingestion.records import BrokenRecordError, DayTable, read_record
from ingestion.sources.uis.settings import Report

_MOMENT = "%Y-%m-%d %H:%M:%S"


def bounds(span: Span, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first and the last second to ask for, local; never later than ``now``.

    An end in the future would let calls of this minute move the total while pages are read.
    """
    since = datetime.combine(span[0], time())
    until = datetime.combine(span[1] + timedelta(days=1), time()) - timedelta(seconds=1)
    return since, min(until, now.astimezone(zone).replace(tzinfo=None, microsecond=0))


def report_rows(
    report: Report,
    records: list[Any],
    span: Span,
    account_id: int,
    zone: ZoneInfo,
    requested_at: datetime,
) -> list[Row]:
    """Rows of every day of the span; a day without a record gets one empty row.

    Raises:
        SourceFormatError: a record of another day, or most records are broken.
    """
    table = DayTable(
        where=f"uis: {report.method}",
        day=report.day,
        read=lambda record: _row(report, record, span, zone),
        guess_day=lambda record: _day_of(report, record),
        common={"account_id": account_id, "requested_at": requested_at},
    )
    return table.rows(records, span, requested_at.astimezone(zone).date())


def _row(report: Report, record: Any, span: Span, zone: ZoneInfo) -> Row:
    row = read_record(record, report.fields)
    if row[report.key] is None:
        raise BrokenRecordError("the record has no id")
    local = {column: _local(record, field) for column, field in report.moments.items()}
    moment = next(iter(local.values()))
    if moment is None:
        raise BrokenRecordError(f"{report.moment} is empty")
    if not span[0] <= moment.date() <= span[1]:
        raise SourceFormatError(
            f"uis: {report.method} gave a record of {moment:{_MOMENT}}, which is outside "
            f"{span[0]} to {span[1]}; nothing was loaded, check sources.uis.timezone"
        )
    utc = {column: at and at.replace(tzinfo=zone).astimezone(UTC) for column, at in local.items()}
    return {report.day: moment.date(), **utc, **row}


def _local(record: Any, field: str) -> datetime | None:
    text = record.get(field)
    if text is None:
        return None
    try:
        return datetime.strptime(str(text), _MOMENT)  # noqa: DTZ007 - the zone comes with the account
    except ValueError:
        shown = str(text)[:40]
        raise BrokenRecordError(f'{field} "{shown}" is not YYYY-MM-DD hh:mm:ss') from None


def _day_of(report: Report, record: Any) -> date | None:
    text = str(record.get(report.moment) if isinstance(record, dict) else "")
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def counted(rows: list[Row], report: Report) -> Iterator[date]:
    """The day of every row that stands for a record."""
    return (row[report.day] for row in rows if not row["is_empty_day"])
