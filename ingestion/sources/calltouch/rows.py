"""Records of Calltouch as rows of whole days, in UTC.

Calls carry ``dd/MM/yyyy HH:mm:ss`` of the account's zone, requests milliseconds since 1970 and, as
a text beside them, the same moment in the account's zone.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.columns import Row
from ingestion.days import Span
from ingestion.errors import SourceFormatError
from ingestion.records import BrokenRecordError, DayTable, read_record
from ingestion.sources.calltouch.settings import CALL_FIELDS, REQUEST_FIELDS

_CALL_MOMENT = "%d/%m/%Y %H:%M:%S"
ACCOUNT = "account"  # requests are listed for the whole account; the key has one value


def call_rows(
    records: list[Any], span: Span, site_id: str, zone: ZoneInfo, requested_at: datetime
) -> list[Row]:
    """Rows of calls of one site for every day of the span, empty days included.

    Raises:
        SourceFormatError: a call of another day, or most records are broken.
    """

    def read(record: Any) -> Row:
        row = _read(record, CALL_FIELDS, "call_id")
        local = _local(record.get("date"), "date")
        _within(local.date(), span, f"calls of site {site_id}")
        moment = local.replace(tzinfo=zone).astimezone(UTC)
        return {**row, "called_on": local.date(), "called_at": moment}

    table = DayTable(
        where=f"calltouch: calls of site {site_id}",
        day="called_on",
        read=read,
        guess_day=_call_day,
        common={"site_id": site_id, "requested_at": requested_at},
    )
    return table.rows(records, span, requested_at.astimezone(zone).date())


def request_rows(
    records: list[Any], span: Span, zone: ZoneInfo, requested_at: datetime
) -> list[Row]:
    """Rows of requests for every day of the span, empty days included.

    Raises:
        SourceFormatError: a request of another day, or most records are broken.
    """

    def read(record: Any) -> Row:
        row = _read(record, REQUEST_FIELDS, "request_id")
        moment = _since_1970(record.get("date"))
        sent_on = moment.astimezone(zone).date()
        _within(sent_on, span, "requests")
        text = record.get("dateStr")
        return {
            **row,
            "sent_on": sent_on,
            "sent_at": moment,
            "sent_at_text": None if text is None else str(text),
        }

    table = DayTable(
        where="calltouch: requests",
        day="sent_on",
        read=read,
        guess_day=lambda _: None,
        common={"account": ACCOUNT, "requested_at": requested_at},
    )
    return table.rows(records, span, requested_at.astimezone(zone).date())


def zone_differs_by(rows: list[Row], zone: ZoneInfo) -> timedelta | None:
    """How far Calltouch's own clock is from the zone that was set; None when nothing tells.

    A request has its moment twice: absolute, and as the account's wall clock shows it.
    """
    for row in rows:
        moment: datetime | None = row.get("sent_at")
        if moment is None or row.get("sent_at_text") is None:
            continue
        try:
            shown = _local(row["sent_at_text"], "dateStr")
        except BrokenRecordError:
            continue
        return shown - moment.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return None


def _read(record: Any, fields: Any, key: str) -> Row:
    row = read_record(record, fields)
    if row[key] is None:
        raise BrokenRecordError("the record has no id")
    return row


def _local(text: Any, field: str) -> datetime:
    try:
        return datetime.strptime(str(text), _CALL_MOMENT)  # noqa: DTZ007 - a wall clock's
    except ValueError:
        shown = str(text)[:40]
        raise BrokenRecordError(f'{field} "{shown}" is not dd/MM/yyyy HH:mm:ss') from None


def _since_1970(value: Any) -> datetime:
    try:
        if isinstance(value, bool):
            raise ValueError
        moment = datetime.fromtimestamp(float(Decimal(value) / 1000), UTC)
    except (ValueError, TypeError, ArithmeticError, OverflowError, OSError):
        shown = str(value)[:40]
        raise BrokenRecordError(f'date "{shown}" is not milliseconds since 1970') from None
    return moment


def _call_day(record: Any) -> date | None:
    try:
        return _local(record.get("date") if isinstance(record, dict) else None, "date").date()
    except BrokenRecordError:
        return None


def _within(day: date, span: Span, what: str) -> None:
    if not span[0] <= day <= span[1]:
        raise SourceFormatError(
            f"calltouch: {what} for {span[0]} to {span[1]} hold a record of {day}; nothing was "
            "loaded: check sources.calltouch.timezone in company.toml against the zone that the "
            "personal account shows"
        )
