"""Parts of logs as Arrow tables: a block of a file at a time, whatever the size of the day.

The Logs API prints tab-separated lines with ClickHouse's escapes and no quotes.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from ingestion.days import Span, each_day
from ingestion.errors import SourceFormatError
from ingestion.records import refuse_if_most_are_broken
from ingestion.sources.yandex_metrica.settings import FIELDS, MOMENT, SCHEMA, TEXTS

logger = logging.getLogger(__name__)

BLOCK = 4 * 2**20  # bytes of a file that are parsed at once: about ten thousand visits
_MOST_IDS = str(2**64 - 1)
_MOMENT = "%Y-%m-%d %H:%M:%S"
_DAY_IN_TEXT = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}
_KEPT = 10_000  # broken lines that are kept; more mean that the file is something else


@dataclass(frozen=True)
class Asked:
    """What was asked for, and when."""

    counter: str
    span: Span
    zone: ZoneInfo
    provisional_from: date
    requested_at: datetime


class VisitReader:
    """Reads the parts of one span: rows once each, broken lines aside, days counted."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._seen = np.empty(0, np.uint64)
        self._broken: list[dict[str, Any]] = []
        self.counts: Counter[date] = Counter(dict.fromkeys(each_day(asked.span), 0))
        self.repeated = 0

    def tables(self, path: Path) -> Iterator[pa.Table]:
        """Rows of one file, a block at a time.

        Raises:
            SourceFormatError: the file has other columns than were asked for.
        """
        if not path.stat().st_size:
            return
        where = f"yandex_metrica: counter {self._asked.counter}: {path.name}"
        try:
            reader = pa_csv.open_csv(
                path,
                pa_csv.ReadOptions(block_size=BLOCK, use_threads=False),
                pa_csv.ParseOptions(
                    delimiter="\t",
                    quote_char=False,
                    escape_char=False,
                    invalid_row_handler=self._set_line_aside,
                ),
                pa_csv.ConvertOptions(
                    # bytes: an address may hold what is no UTF-8, and must not stop the day
                    column_types=dict.fromkeys(FIELDS, pa.binary()),
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
            with reader:
                if tuple(reader.schema.names) != FIELDS:
                    raise SourceFormatError(
                        f"{where} has other columns than asked for; "
                        "check sources.yandex_metrica.base_url in company.toml"
                    )
                for batch in reader:
                    table = self._table(pa.Table.from_batches([batch]))
                    if table.num_rows:
                        yield table
        except pa.ArrowInvalid as error:
            raise SourceFormatError(
                f"{where} is no table of visits ({str(error)[:200]}); run again later"
            ) from None

    def rest(self) -> pa.Table:
        """Broken lines and empty days, once every part is read.

        Raises:
            SourceFormatError: most of the lines are broken.
        """
        asked = self._asked
        total = sum(self.counts.values())
        where = f"yandex_metrica: counter {asked.counter}: {asked.span[0]} to {asked.span[1]}"
        refuse_if_most_are_broken(where, [row["malformed_reason"] for row in self._broken], total)
        if self.repeated:
            logger.info("%s: %d visits came twice and count once", where, self.repeated)
        empty = [
            {"visited_on": day, "is_empty_day": True}
            for day, rows in self.counts.items()
            if not rows
        ]
        rows = [
            {
                "counter_id": asked.counter,
                "requested_at": asked.requested_at,
                "is_provisional": row["visited_on"] >= asked.provisional_from,
                "is_empty_day": False,
                **row,
            }
            for row in [*self._broken, *empty]
        ]
        return pa.Table.from_pylist(rows, schema=SCHEMA)

    def _table(self, block: pa.Table) -> pa.Table:
        texts = {name: _as_text(block[name]) for name in FIELDS}
        local = pc.strptime(texts[MOMENT], format=_MOMENT, unit="s", error_is_null=True)
        days = local.cast(pa.date32())
        ids = texts["ym:s:visitID"]
        is_good = pc.and_(_is_id(ids), _is_within(days, self._asked.span))
        if not pc.all(is_good).as_py():
            self._set_rows_aside(texts, pc.invert(is_good))
            texts = {name: column.filter(is_good) for name, column in texts.items()}
            local, days = local.filter(is_good), days.filter(is_good)
        is_new = self._first_seen(texts["ym:s:visitID"])
        texts = {name: column.filter(is_new) for name, column in texts.items()}
        local, days = local.filter(is_new), days.filter(is_new)
        for found in pc.value_counts(days).to_pylist():
            self.counts[found["values"]] += found["counts"]
        return self._row_table(texts, local, days)

    def _row_table(self, texts: dict[str, Any], local: Any, days: Any) -> pa.Table:
        asked, rows = self._asked, len(days)
        made = {
            "counter_id": pa.repeat(pa.scalar(asked.counter), rows),
            "visited_on": days,
            "visited_at": _to_utc(texts[MOMENT], local, asked.zone),
            "is_provisional": pc.greater_equal(days, pa.scalar(asked.provisional_from)),
            "is_empty_day": pa.repeat(pa.scalar(False), rows),
            "requested_at": pa.repeat(
                pa.scalar(asked.requested_at, SCHEMA.field("requested_at").type), rows
            ),
            **{column: _unescaped(texts[field]) for column, field in TEXTS.items()},
        }
        nothing = pa.nulls(rows, pa.string())
        return pa.table([made.get(name, nothing) for name in SCHEMA.names], schema=SCHEMA)

    def _first_seen(self, ids: Any) -> Any:
        """Which rows are the first with their id: parts of one request may overlap."""
        numbers = ids.cast(pa.uint64()).to_numpy()
        unique, first = np.unique(numbers, return_index=True)
        places = np.searchsorted(self._seen, unique)
        known = np.zeros(len(unique), bool)
        inside = places < len(self._seen)
        known[inside] = self._seen[places[inside]] == unique[inside]
        self._seen = np.insert(self._seen, places[~known], unique[~known])
        is_new = np.zeros(len(numbers), bool)
        is_new[first[~known]] = True
        self.repeated += int(len(numbers) - is_new.sum())
        return pa.array(is_new)

    def _set_line_aside(self, line: pa_csv.InvalidRow) -> str:
        reason = f"{line.actual_columns} columns instead of {line.expected_columns}"
        self._keep(line.text, reason, line.text)
        return "skip" if len(self._broken) < _KEPT else "error"

    def _set_rows_aside(self, texts: dict[str, Any], is_bad: Any) -> None:
        bad = pa.table({name: column.filter(is_bad) for name, column in texts.items()})
        for row in bad.to_pylist():
            reason = (
                f'visitID "{row["ym:s:visitID"][:40]}" or dateTime "{row[MOMENT][:40]}" is not '
                f"an id and a moment of {self._asked.span[0]} to {self._asked.span[1]}"
            )
            self._keep(row[MOMENT], reason, json.dumps(row, ensure_ascii=False))

    def _keep(self, text: str, reason: str, raw: str) -> None:
        first, last = self._asked.span
        found = _DAY_IN_TEXT.search(text)
        try:
            day = date.fromisoformat(found.group()) if found else first
        except ValueError:
            day = first
        day = day if first <= day <= last else first
        self.counts[day] += 1
        self._broken.append({"visited_on": day, "malformed_reason": reason, "raw_record": raw})


def _as_text(column: Any) -> Any:
    """Bytes as text; what is no UTF-8 is replaced by the sign for it."""
    column = column.combine_chunks()
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([value.decode("utf-8", "replace") for value in column.to_pylist()])


def _unescaped(column: Any) -> Any:
    if not pc.any(pc.match_substring(column, "\\")).as_py():
        return column
    return pa.array(
        [
            _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), value)
            if "\\" in value
            else value
            for value in column.to_pylist()
        ],
        pa.string(),
    )


def _is_id(column: Any) -> Any:
    """Whether a value is a number of at most 64 bits without a sign."""
    is_number = pc.match_substring_regex(column, r"^\d{1,20}$")
    is_short = pc.less(pc.binary_length(column), 20)
    return pc.and_(is_number, pc.or_(is_short, pc.less_equal(column, _MOST_IDS)))


def _is_within(days: Any, span: Span) -> Any:
    within = pc.and_(
        pc.greater_equal(days, pa.scalar(span[0])), pc.less_equal(days, pa.scalar(span[1]))
    )
    return pc.fill_null(within, False)


def _to_utc(texts: Any, local: Any, zone: ZoneInfo) -> Any:
    """Moments of the counter's zone in UTC; offsets are looked up once an hour of wall time."""
    hours = pc.utf8_slice_codeunits(texts, 0, 13).dictionary_encode()
    offsets = [_offset(hour, zone) for hour in hours.dictionary.to_pylist()]
    seconds = pa.array(offsets, pa.int64()).take(hours.indices)
    utc = pc.subtract(local.cast(pa.int64()), seconds)
    return utc.cast(pa.timestamp("s", tz="UTC")).cast(SCHEMA.field("visited_at").type)


def _offset(hour: str, zone: ZoneInfo) -> int:
    """Seconds that the zone is ahead of UTC at ``2026-10-31 12``; the earlier of two readings."""
    local = datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC)
    offset = local.replace(tzinfo=zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
