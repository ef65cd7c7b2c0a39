"""Deals by where they came from."""

from collections.abc import Iterable, Mapping

import duckdb

from reporting.ratio import Ratio
from reporting.view import LeadRow, Leads

TOP = 12  # rows by name; what is smaller goes into one row
UNKNOWN = "unknown"

_BY_SOURCE = """
select channel, utm_source, sum(leads), sum(won), sum(lost), sum("open")
from marts.rpt_leads_by_source
group by channel, utm_source
order by sum(leads) desc, channel, utm_source
"""


def read(con: duckdb.DuckDBPyConnection, titles: Mapping[str, str]) -> Leads:
    """Channel × source; deals with no source are a row of their own, even when there are none."""
    raw = con.execute(_BY_SOURCE).fetchall()
    whole = sum(int(row[2]) for row in raw)
    rows = [
        _row(channel, titles.get(channel, channel), source, [int(n) for n in counts], whole)
        for channel, source, *counts in raw
    ]
    unknown = _merge(UNKNOWN, titles.get(UNKNOWN, UNKNOWN), _of(rows, UNKNOWN), whole)
    named = [row for row in rows if row.channel != UNKNOWN]
    top, tail = named[:TOP], named[TOP:]
    if len(tail) == 1:  # a row standing for one row only hides its name
        top, tail = named, []
    rest = [_merge("", "", tail, whole, merged=len(tail))] if tail else []
    channels = [
        _merge(name, titles.get(name, name), _of(rows, name), whole)
        for name in dict.fromkeys(row.channel for row in rows)
    ]
    return Leads(
        rows=(*top, *rest, unknown),
        # the unknown closes the list, whatever its size
        channels=tuple(sorted(channels, key=lambda row: (row.channel == UNKNOWN, -row.leads))),
        total=_merge("", "", rows, whole),
    )


def _of(rows: Iterable[LeadRow], channel: str) -> list[LeadRow]:
    return [row for row in rows if row.channel == channel]


def _merge(
    channel: str, title: str, rows: Iterable[LeadRow], whole: int, merged: int = 0
) -> LeadRow:
    counts = [0, 0, 0, 0]
    for row in rows:
        counts = [
            a + b for a, b in zip(counts, (row.leads, row.won, row.lost, row.open), strict=True)
        ]
    return _row(channel, title, None, counts, whole, merged)


def _row(
    channel: str, title: str, source: str | None, counts: list[int], whole: int, merged: int = 0
) -> LeadRow:
    leads, won, lost, still_open = counts
    share = Ratio.of(leads, whole, "no_leads", "no_leads")
    return LeadRow(channel, title, source, leads, won, lost, still_open, share, merged)
