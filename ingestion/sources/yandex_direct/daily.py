"""Days of spend: which to ask for, how a report becomes rows, and a row for a day without any."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from ingestion.errors import ServiceUnavailableError, SourceFormatError
from ingestion.sources.yandex_direct.client import REPORT_FIELDS, SpanTooLongError
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.settings import HISTORY_MONTHS

Row = dict[str, Any]
Span = tuple[date, date]
FetchReport = Callable[[date, date], bytes]

_DAY = timedelta(days=1)
_ABSENT = "--"  # Direct's sign for "no value" and for a division by zero


def spans(today: date, section: YandexDirectSection, loaded: Span | None) -> list[Span]:
    """What to ask for now, by calendar months, oldest first; both ends inclusive.

    First all of the history; then from ``lookback_days`` before the last loaded day, because
    Direct corrects figures afterwards. A history made longer in the settings is filled up.
    """
    horizon = _months_back(today, HISTORY_MONTHS)
    start = max(horizon, _months_back(today, section.history_months))
    if loaded is None:
        return _by_month(start, today)
    first, last = loaded
    again = max(horizon, min(last, today) - timedelta(days=section.lookback_days))
    earlier = _by_month(start, min(first, again) - _DAY) if start < first else []
    return earlier + _by_month(again, today)


def fetch_parts(fetch: FetchReport, date_from: date, date_to: date) -> Iterator[tuple[Span, bytes]]:
    """Reports that cover a span: one, or halves of halves where Direct gives up on the whole."""
    try:
        yield (date_from, date_to), fetch(date_from, date_to)
        return
    except SpanTooLongError:
        days = (date_to - date_from).days
    if not days:
        raise ServiceUnavailableError(
            f"yandex_direct: Direct gives up (502) even on the report for {date_from} alone; "
            "run again later"
        )
    middle = date_from + timedelta(days=(days - 1) // 2)
    yield from fetch_parts(fetch, date_from, middle)
    yield from fetch_parts(fetch, middle + _DAY, date_to)


def read_report(
    text: bytes, span: Span, login: str, currency: str | None, today: date, requested_at: datetime
) -> list[Row]:
    """Rows of every day of the span; a day that the report has nothing of gets one empty row.

    The empty row lets a day that Direct has taken back replace what was loaded of it, and tells
    "asked, and there is nothing" from "never asked".

    Raises:
        SourceFormatError: the report has other columns, other days or figures that are none.
    """
    by_day: dict[date, list[Row]] = defaultdict(list)
    for figures in _parse(text, span, login):
        by_day[figures["spend_on"]].append(figures)
    rows = []
    day = span[0]
    while day <= span[1]:
        common = {
            "login": login,
            "spend_on": day,
            "currency": currency,
            "includes_vat": True,
            "is_provisional": day >= today,
            "requested_at": requested_at,
        }
        found = by_day.get(day)
        if found:
            rows += [{**common, **figures, "is_empty_day": False} for figures in found]
        else:
            rows.append({**common, "is_empty_day": True})
        day += _DAY
    return rows


def _parse(text: bytes, span: Span, login: str) -> Iterator[Row]:
    where = f"yandex_direct: cabinet {login}: report for {span[0]} to {span[1]}"
    try:
        lines = text.decode("utf-8").removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        raise SourceFormatError(f"{where} is not UTF-8 text; run again later") from None
    if tuple(lines[0].split("\t")) != REPORT_FIELDS:
        raise SourceFormatError(
            f"{where} has other columns than asked for; "
            "check sources.yandex_direct.base_url in company.toml"
        )
    for number, line in enumerate(lines[1:], start=2):
        cells = [None if cell == _ABSENT else cell for cell in line.split("\t")]
        try:
            yield _figures(cells, span)
        except (ValueError, TypeError):
            raise SourceFormatError(
                f"{where}: line {number} is not {', '.join(REPORT_FIELDS)} within these days; "
                "nothing of it is loaded, run again later"
            ) from None


def _figures(cells: list[str | None], span: Span) -> Row:
    day, campaign_id, name, kind, impressions, clicks, cost = cells
    spend_on = date.fromisoformat(day or "")
    if not span[0] <= spend_on <= span[1]:
        raise ValueError
    return {
        "spend_on": spend_on,
        "campaign_id": _whole(campaign_id),
        "campaign_name": name,
        "campaign_type": kind,
        "impressions": _whole(impressions),
        "clicks": _whole(clicks),
        "cost_micros": _whole(cost),
    }


def _whole(cell: str | None) -> int | None:
    return None if cell is None else int(cell)


def _months_back(day: date, months: int) -> date:
    """The first day of the month that many months before ``day``'s."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


def _by_month(first: date, last: date) -> list[Span]:
    parts = []
    while first <= last:
        end = min(last, _months_back(first, -1) - _DAY)
        parts.append((first, end))
        first = end + _DAY
    return parts
