"""Lines of a 1C exchange file to its parts: header, account blocks, document sections.

Nothing is judged here: a part that is damaged says so in ``damage`` and keeps its lines.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ingestion.sources.bank_1c.keys import (
    BALANCES,
    DOCUMENT_FIELDS,
    DOCUMENT_ONLY,
    PURPOSES,
    STATEMENT_FIELDS,
    UNREPEATABLE,
    fold,
)

# An unknown key of a newer version, as opposed to a purpose's second line like "НДС 22%-22-00=":
# one word, with a small letter in it.
_KEY_LIKE = re.compile(r"(?=.*[a-zа-яё])[A-ZА-ЯЁ][A-Za-zА-Яа-яЁё0-9_]*")


@dataclass
class AccountBlock:
    """One СекцияРасчСчет: ``fields`` by this package's names."""

    line: int
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Section:
    """One СекцияДокумент: ``fields`` by this package's names, ``raw`` by the file's own."""

    line: int
    kind: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    damage: str = ""


@dataclass
class Frame:
    """A whole file; ``accounts`` are those its header and its blocks name, in order."""

    header: dict[str, str] = field(default_factory=dict)
    accounts: list[str] = field(default_factory=list)
    blocks: list[AccountBlock] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)


def read_frame(lines: Iterable[str]) -> Frame:
    """Split a file into its parts; any lines are accepted."""
    reader = _Reader()
    for number, line in enumerate(lines, start=1):
        if line:
            reader.take(number, line)
    reader.close_section("the file ends before КонецДокумента")
    return reader.frame


class _Reader:
    def __init__(self) -> None:
        self.frame = Frame()
        self._block: AccountBlock | None = None
        self._section: Section | None = None
        self._last_field = ""

    def take(self, number: int, line: str) -> None:
        key, equals, value = (part.strip() for part in line.partition("="))
        match fold(key):
            case "1cclientbankexchange" | "конецфайла" | "секциярасчсчет" as word:
                self.close_section(f"КонецДокумента is missing before line {number}")
                self._block = None
                if word == "секциярасчсчет":
                    self._open_block(number)
            case "конецрасчсчет":
                self._block = None
            case "секциядокумент":
                self.close_section(f"КонецДокумента is missing before line {number}")
                self._block = None
                self._section = Section(number, kind=value, lines=[line])
            case "конецдокумента":
                if self._section:
                    self._section.lines.append(line)
                self.close_section("")
            case name:
                self._take_pair(number, line, name, key, value if equals else None)

    def close_section(self, damage: str) -> None:
        if self._section is not None:
            self._section.damage = self._section.damage or damage
            self.frame.sections.append(self._section)
        self._section = None
        self._last_field = ""

    def _open_block(self, number: int) -> AccountBlock:
        self._block = AccountBlock(number)
        self.frame.blocks.append(self._block)
        return self._block

    def _take_pair(self, number: int, line: str, name: str, key: str, value: str | None) -> None:
        if self._section is None and value is not None:
            if DOCUMENT_FIELDS.get(name) in DOCUMENT_ONLY and name not in STATEMENT_FIELDS:
                damage = f"line СекцияДокумент is missing before line {number}"
                self._section = Section(number, damage=damage)
            else:
                self._take_statement_field(number, STATEMENT_FIELDS.get(name), value)
        if self._section is not None:
            self._section.lines.append(line)
            self._take_document_field(self._section, line, name, key, value)

    def _take_statement_field(self, number: int, name: str | None, value: str) -> None:
        if name is None:
            return
        block = self._block
        if block is None and name in BALANCES:  # the line СекцияРасчСчет is lost
            block = self._open_block(number)
        fields = self.frame.header if block is None else block.fields
        fields.setdefault(name, value)
        if (
            name == "account"
            and value
            and (account := clean_account(value)) not in (self.frame.accounts)
        ):
            self.frame.accounts.append(account)

    def _take_document_field(
        self, section: Section, line: str, name: str, key: str, value: str | None
    ) -> None:
        known = DOCUMENT_FIELDS.get(name)
        if value is None or (known is None and not _KEY_LIKE.fullmatch(key)):
            if self._last_field in PURPOSES:  # a purpose's second line: it has no key
                joined = f"{section.fields.get(self._last_field, '')} {line}".strip()
                section.fields[self._last_field] = joined
            else:
                section.raw.setdefault("stray_lines", []).append(line)
            return
        _put_raw(section.raw, key, value)
        if known is None:
            self._last_field = ""
            return
        self._last_field = known
        earlier = section.fields.get(known)
        if earlier and value and earlier != value and known in UNREPEATABLE:
            section.damage = (
                f'{key} stands twice, "{earlier}" and "{value}": two documents run into one'
            )
        elif value and not earlier:
            section.fields[known] = value


def clean_account(text: str) -> str:
    """An account number as it is compared: no blanks, capital letters (IBAN)."""
    return re.sub(r"\s", "", text).upper()


def _put_raw(raw: dict[str, Any], key: str, value: str) -> None:
    if key not in raw:
        raw[key] = value
    elif isinstance(raw[key], list):
        raw[key].append(value)
    else:
        raw[key] = [raw[key], value]
