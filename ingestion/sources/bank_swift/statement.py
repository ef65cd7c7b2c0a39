"""What a statement says, whatever format it came in; pure values."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from ingestion.bank_feed import movement_key, natural_key, tie

Direction = Literal["in", "out"]

BOOKED = "BOOK"
# Taxpayer's numbers as they stand in names: Russia 10 or 12 digits, Kazakhstan 12, Belarus 9.
_TAX_NUMBER = re.compile(
    r"(?:ИНН|БИН|ИИН|УНП|INN|BIN|IIN|UNP)[\s:.]*([0-9]{9,12})\b[\s,/]*", re.IGNORECASE
)


class EntryError(ValueError):
    """One entry cannot be read; the text is the reason shown to a person."""


@dataclass(frozen=True)
class Party:
    """The other side of a movement, as far as the bank names it."""

    account: str | None = None
    tax_number: str | None = None
    name: str | None = None
    bic: str | None = None


@dataclass(frozen=True)
class Entry:
    """A movement on the statement's account; ``amount`` is above zero, ``direction`` signs it."""

    number: int  # place in the file, from 1
    direction: Direction
    amount: Decimal
    currency: str
    booked_on: date
    value_on: date | None
    status: str
    reference: str | None
    kind: str | None
    other: Party
    purpose: str | None
    is_reversal: bool
    raw: dict[str, Any]

    def natural_key(self, account: str) -> tuple[str, ...]:
        other = self.other.account or self.other.tax_number
        return natural_key(
            *(account, self.direction, self.booked_on, self.reference),
            *(self.amount, other, self.purpose),
        )


@dataclass(frozen=True)
class Unreadable:
    """An entry that could not be understood; 0 is the file as a whole."""

    entry_number: int
    reason: str
    raw_text: str


@dataclass(frozen=True)
class Statement:
    """One statement of a file: an account, its balances and entries."""

    account: str
    currency: str
    opening: Decimal | None
    closing: Decimal | None
    date_from: date | None
    date_to: date | None
    entries: tuple[Entry, ...]

    def sum_of(self, direction: Direction) -> Decimal:
        """What the bank has booked in one direction."""
        booked = (e for e in self.entries if e.status == BOOKED and e.direction == direction)
        return sum((entry.amount for entry in booked), Decimal("0.00"))

    def tie(self) -> tuple[bool | None, str]:
        """Whether balances and entries agree, and how much is amiss."""
        return tie(self.opening, self.closing, self.sum_of("in"), self.sum_of("out"))


@dataclass(frozen=True)
class StatementFile:
    """All that a file says; ``format`` is None for a file that is somebody else's."""

    format: str | None
    statements: tuple[Statement, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def accounts(self) -> list[str]:
        return list(dict.fromkeys(statement.account for statement in self.statements))

    def keyed(self) -> list[tuple[Statement, Entry, str, int]]:
        """Every entry with its key and its occurrence among equal ones of this file."""
        seen: Counter[tuple[str, ...]] = Counter()
        found = []
        for statement in self.statements:
            for entry in statement.entries:
                # what is only pending is not the same movement as what is booked
                natural = (entry.status, *entry.natural_key(statement.account))
                seen[natural] += 1
                key = movement_key(
                    natural[1:] if entry.status == BOOKED else natural, seen[natural]
                )
                found.append((statement, entry, key, seen[natural]))
        return found


@dataclass
class Reading:
    """What readers of both formats fill in while they walk through a file."""

    statements: list[Statement] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    entries: int = 0

    def next_number(self) -> int:
        self.entries += 1
        return self.entries

    def set_aside(self, number: int, reason: str, raw_text: str) -> None:
        self.unreadable.append(Unreadable(number, reason, raw_text[:4000]))

    def done(self, format_name: str) -> StatementFile:
        return StatementFile(format_name, tuple(self.statements), tuple(self.unreadable))


def split_tax_number(name: str | None) -> tuple[str | None, str | None]:
    """A name without the taxpayer's number that stands in it, and that number."""
    if not name or not (found := _TAX_NUMBER.search(name)):
        return name or None, None
    bare = (name[: found.start()] + name[found.end() :]).strip(" ,/")
    return bare or None, found[1]


def join_lines(lines: Iterable[str | None]) -> str | None:
    """Parts of one text with single blanks between them."""
    return " ".join(" ".join(line.split()) for line in lines if line and line.strip()) or None
