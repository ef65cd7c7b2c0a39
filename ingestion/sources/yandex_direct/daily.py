"""How a report's text becomes rows, with a row for a day without any."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ingestion.columns import Row
from ingestion.errors import SourceFormatError
from ingestion.sources.yandex_direct.passes import DAY, Span
from ingestion.sources.yandex_direct.reports import ReportKind
from ingestion.sources.yandex_direct.settings import SETTLING_DAYS

_ABSENT = "--"  # Direct's sign for "no value" and for a division by zero
_TOTAL = re.compile(r"Total rows: (\d+)")
_TEXTS = {"CampaignName": "campaign_name", "CampaignType": "campaign_type"}
_WHOLE = {
    "CampaignId": "campaign_id",
    "AdGroupId": "ad_group_id",
    "AdId": "ad_id",
    "Impressions": "impressions",
    "Clicks": "clicks",
    "Cost": "cost_micros",
}


@dataclass(frozen=True)
class Asked:
    """What a report was asked about, and when."""

    login: str
    currency: str | None
    today: date  # Moscow's
    requested_at: datetime


def read_report(text: bytes, kind: ReportKind, span: Span, asked: Asked) -> Iterator[list[Row]]:
    """Rows of every day of the span, a day at a time; a day without any gets one empty row.

    The empty row lets a day that Direct has taken back replace what was loaded of it, and tells
    "asked, and there is nothing" from "never asked".

    Raises:
        SourceFormatError: the report has other columns, other days, a row twice, fewer rows than it
            says, or figures that are none.
    """
    by_day: dict[date, list[tuple[int, list[str]]]] = defaultdict(list)
    reader = _Reader(kind, span, f"yandex_direct: cabinet {asked.login}")
    for number, cells in reader.lines(text):
        by_day[reader.day(number, cells)].append((number, cells))
    day = span[0]
    while day <= span[1]:
        common = {
            "login": asked.login,
            "spend_on": day,
            "currency": asked.currency,
            "includes_vat": True,
            "is_provisional": day >= asked.today - timedelta(days=SETTLING_DAYS),
            "requested_at": asked.requested_at,
        }
        found = [{**common, **row, "is_empty_day": False} for row in reader.rows(by_day[day])]
        yield found or [{**common, "is_empty_day": True}]
        day += DAY


class _Reader:
    def __init__(self, kind: ReportKind, span: Span, where: str) -> None:
        self._kind = kind
        self._span = span
        self._where = f"{where}: report for {span[0]} to {span[1]}"

    def lines(self, text: bytes) -> Iterator[tuple[int, list[str]]]:
        """Data lines by number; a title and a summary, which nobody asks for, are left out."""
        try:
            lines = text.decode("utf-8").removesuffix("\n").split("\n")
        except UnicodeDecodeError:
            raise SourceFormatError(f"{self._where} is not UTF-8 text; run again later") from None
        first = 1 if lines[0].startswith('"') and len(lines) > 1 else 0
        if tuple(lines[first].split("\t")) != self._kind.fields:
            raise SourceFormatError(
                f"{self._where} has other columns than asked for; "
                "check sources.yandex_direct.base_url in company.toml"
            )
        total = _TOTAL.fullmatch(lines[-1])
        data = lines[first + 1 : -1 if total else None]
        if total and int(total[1]) != len(data):
            raise SourceFormatError(
                f"{self._where} has {len(data)} rows and says it has {total[1]}; "
                "nothing of it is loaded, run again later"
            )
        for number, line in enumerate(data, start=first + 2):
            yield number, line.split("\t")

    def day(self, number: int, cells: list[str]) -> date:
        try:
            day = date.fromisoformat(cells[0])
        except ValueError:
            raise self._unreadable(number) from None
        if not self._span[0] <= day <= self._span[1] or len(cells) != len(self._kind.fields):
            raise self._unreadable(number)
        return day

    def rows(self, lines: list[tuple[int, list[str]]]) -> Iterator[Row]:
        seen = set()
        for number, cells in lines:
            named = dict(zip(self._kind.fields, cells, strict=True))
            try:
                row: Row = {column: _text(named[n]) for n, column in _TEXTS.items() if n in named}
                row |= {column: _whole(named[n]) for n, column in _WHOLE.items() if n in named}
            except ValueError:
                raise self._unreadable(number) from None
            key = (row["campaign_id"], row.get("ad_group_id"), row.get("ad_id"))
            if key in seen:
                raise self._unreadable(number, " and no row twice")
            seen.add(key)
            yield row

    def _unreadable(self, number: int, more: str = "") -> SourceFormatError:
        return SourceFormatError(
            f"{self._where}: line {number} is not {', '.join(self._kind.fields)} within these days"
            f"{more}; nothing of it is loaded, run again later"
        )


def _text(cell: str) -> str | None:
    return None if cell == _ABSENT else cell


def _whole(cell: str) -> int | None:
    return None if cell == _ABSENT else int(cell)
