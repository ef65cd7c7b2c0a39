"""What keeps files from being loaded, in words for the person who has to mend it."""

import os
from collections.abc import Iterator
from contextlib import closing

from ingestion.errors import ConfigError
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.files.config import FilesSection
from ingestion.sources.files.contract import FEEDS, Feed
from ingestion.sources.files.resources import Found, find_files
from ingestion.sources.files.rows import BadCell
from ingestion.sources.files.settings import NAME
from ingestion.sources.files.taking import Findings, take

_HOW = "docs/files.md says what files may hold"


def doctor(settings: Settings) -> Iterator[DoctorLine]:
    """Looks at the folders and at the beginning of every file; writes nothing, never raises."""
    section = settings.section(FilesSection)
    if not section.enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    yield from _unlisted_folders(settings, section)
    filled = set()
    for name in section.feeds:
        try:
            found = find_files(settings, FEEDS[name])
        except ConfigError as error:
            yield DoctorLine(NAME, name, "failed", str(error))
            continue
        if found:
            filled.add(name)
            yield from _feed(settings, FEEDS[name], found)
    if not filled:
        folders = ", ".join(str(settings.inbox_dir / name) for name in section.feeds)
        yield DoctorLine(
            NAME, "folders", "failed", f"no file in any of {folders}", f"put one there; {_HOW}"
        )
    elif "deals" in filled:
        yield from _advice(filled)


def _unlisted_folders(settings: Settings, section: FilesSection) -> Iterator[DoctorLine]:
    for name in FEEDS:
        folder = settings.inbox_dir / name
        if name not in section.feeds and os.access(folder, os.F_OK):
            yield DoctorLine(
                NAME,
                name,
                "warning",
                f"{folder} is there, and {name} is not in sources.files.feeds: it is not read",
                f'add "{name}" to feeds in company.toml, or take the folder away',
            )


def _feed(settings: Settings, feed: Feed, found: list[Found]) -> Iterator[DoctorLine]:
    bad_files = 0
    for one in found:
        findings = Findings()
        bad = _first_bad(settings, feed, one, findings)
        if bad:
            bad_files += 1
            yield DoctorLine(
                NAME,
                feed.name,
                "failed" if bad.row_number == 0 else "warning",
                f"{one.file.name} {_where(bad)}",
                "the row goes to raw_files.quarantine and counts nowhere else; mend the file"
                if bad.row_number
                else _HOW,
            )
        for what, headers in (
            ("has columns of no meaning here", findings.unknown_columns),
            ("lacks columns that its mapping names", findings.missing_columns),
        ):
            if headers:
                yield DoctorLine(
                    NAME,
                    feed.name,
                    "warning",
                    f"{one.file.name} {what}: {', '.join(headers)}",
                    "map them under [columns] of mapping.toml, or list them under ignore",
                )
    if not bad_files:
        yield DoctorLine(NAME, feed.name, "ok", f"{len(found)} file(s) can be read")


def _first_bad(settings: Settings, feed: Feed, one: Found, findings: Findings) -> BadCell | None:
    """The first thing wrong within the first batch of rows; a look need not take minutes."""
    batches = take(one.file, feed, one.mapping, settings.zone, 0, settings.now(), findings)
    with closing(batches):  # type: ignore[type-var]
        batch = next(batches, None)
    return batch.bad[0] if batch and batch.bad else None


def _where(bad: BadCell) -> str:
    if bad.row_number == 0:
        return f"cannot be read: {bad.reason}"
    column = f', column "{bad.column}"' if bad.column else ""
    return f"row {bad.row_number}{column}: {bad.reason}; expected {bad.expected}"


def _advice(filled: set[str]) -> Iterator[DoctorLine]:
    if "stage_events" not in filled:
        yield DoctorLine(
            NAME,
            "stage_events",
            "warning",
            "no history of stages: every deal is known in its present stage only",
            "export the history of deals, if the CRM has it, into inbox/stage_events",
        )
    if "pipelines" not in filled:
        yield DoctorLine(
            NAME,
            "pipelines",
            "warning",
            "no list of stages: their order is derived from the ways of deals",
            "list pipelines and stages in their order in a file in inbox/pipelines",
        )
