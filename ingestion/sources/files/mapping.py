"""How a company's own headers and words become those of the contract: a small TOML by the files."""

import codecs
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator

from ingestion.errors import SourceFormatError
from ingestion.sections import Section
from ingestion.sources.files.contract import Feed

COMMON_NAME = "mapping.toml"
_SEPARATORS = {"tab": "\t", "\\t": "\t"}


class _Toml(Section):
    """What such a file may say; anything else in it is an error."""

    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    timezone: str = ""
    encoding: str = ""
    separator: str = ""
    date_format: str = ""
    sheet: str = ""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return str(ZoneInfo(value)) if value else value
        except (KeyError, ValueError, OSError):
            raise ValueError(f'"{value}" is not an IANA zone, e.g. Europe/Moscow') from None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            name = codecs.lookup(value or "utf-8").name
        except LookupError:
            raise ValueError(f'"{value}" is no encoding, e.g. utf-8 or cp1251') from None
        if not value:
            return value
        return "utf-8-sig" if name == "utf-8" else name  # a BOM in front is no letter


@dataclass(frozen=True)
class FileMapping:
    """A mapping as rows are read with it.

    ``columns`` are headers by the contract's columns, ``values`` the contract's words by the
    company's (in small letters) by column, ``constants`` texts for columns that the file lacks.
    ``ignore`` are headers that need not be reported, ``*`` all. Empty texts: found by itself.
    """

    zone: ZoneInfo
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    encoding: str = ""
    separator: str = ""
    date_format: str = ""
    sheet: str = ""


def mapping_path(file: Path, folder: Path) -> Path | None:
    """The mapping of a file: of its own name, else of its folder, else of the next one above.

    ``folder`` is the feed's, where the search ends.
    """
    candidates = [file.with_suffix(".toml")]
    for parent in file.parents:
        candidates.append(parent / COMMON_NAME)
        if parent == folder:
            break
    return next((path for path in candidates if path.is_file()), None)


def fingerprint(path: Path | None, *parts: str) -> str:
    """Changes when a file would be read differently."""
    try:
        content = path.read_bytes() if path else b""
    except OSError as error:  # said when the file is read
        content = str(error).encode()
    return hashlib.sha256("\n".join(parts).encode() + b"\0" + content).hexdigest()[:12]


def read_mapping(path: Path | None, feed: Feed, zone: ZoneInfo) -> FileMapping:
    """The mapping of a feed's file; without a path there is nothing to map.

    Raises:
        SourceFormatError: it is no TOML, or names what the feed does not have; the text names the
            file and the key.
    """
    if path is None:
        return FileMapping(zone)
    try:
        toml = _Toml.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceFormatError(f"{path.name}: not valid TOML ({error})") from None
    except OSError as error:
        raise SourceFormatError(f"{path.name}: cannot be read ({error.strerror})") from None
    except ValidationError as error:
        first: Any = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SourceFormatError(f"{path.name}: {where}: {first['msg']}") from None
    for table in ("columns", "values", "constants"):
        for name in getattr(toml, table):
            if name not in feed.columns:
                raise SourceFormatError(
                    f'{path.name}: {table}.{name}: "{name}" is no column of {feed.name}; '
                    f"expected one of {', '.join(feed.columns)}"
                )
    return FileMapping(
        zone=ZoneInfo(toml.timezone) if toml.timezone else zone,
        columns=toml.columns,
        values={
            column: {said.strip().casefold(): meant for said, meant in words.items()}
            for column, words in toml.values.items()
        },
        constants=toml.constants,
        ignore=toml.ignore,
        encoding=toml.encoding,
        separator=_SEPARATORS.get(toml.separator, toml.separator),
        date_format=toml.date_format,
        sheet=toml.sheet,
    )
