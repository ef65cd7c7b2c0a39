"""What ``explain`` is asked and what it answers, and the copy that it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

import duckdb

Value: TypeAlias = str | int | float | bool | Decimal | date | datetime | None


@dataclass(frozen=True)
class Question:
    """One cell; what a report has no use for stays None. ``month`` is YYYY-MM, ``day`` a date."""

    report: str
    channel: str | None = None
    month: str | None = None
    day: date | None = None
    basis: str | None = None
    model: str | None = None
    bucket: str | None = None
    source: str | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Check:
    """A figure as the report shows it, and what the rows below it sum to."""

    name: str
    reported: Decimal | int
    rows: Decimal | int

    @property
    def ties(self) -> bool:
        return self.reported == self.rows


@dataclass(frozen=True)
class Section:
    """Rows of one step of the way; ``total`` names the column that a check sums."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: str | None = None

    def sum(self) -> Decimal | None:
        """Of the total's column; None where the section has none."""
        if self.total is None:
            return None
        place = self.columns.index(self.total)
        return sum(
            (Decimal(str(row[place])) for row in self.rows if row[place] is not None), Decimal()
        )


@dataclass(frozen=True)
class Answer:
    """The cell that was found, its checks and its rows; no checks where the cell is empty."""

    report: str
    cell: Mapping[str, str]
    checks: tuple[Check, ...] = ()
    sections: tuple[Section, ...] = ()
    nearby: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.checks

    @property
    def ties(self) -> bool:
        return all(check.ties for check in self.checks)


@dataclass(frozen=True)
class Copy:
    """The published copy, open for reading."""

    connection: duckdb.DuckDBPyConnection
    company_currency: str

    def rows(self, query: str, given: Mapping[str, Value]) -> list[tuple[Value, ...]]:
        # DuckDB refuses values that a query does not name
        used = {name: value for name, value in given.items() if f"${name}" in query}
        return self.connection.execute(query, used).fetchall()

    def section(
        self, name: str, query: str, given: Mapping[str, Value], total: str | None = None
    ) -> Section:
        rows = tuple(self.rows(query, given))
        columns = tuple(str(column[0]) for column in self.connection.description or ())
        return Section(name, columns, rows, total)

    def names(self, query: str) -> list[str]:
        return [str(row[0]) for row in self.rows(query, {})]
