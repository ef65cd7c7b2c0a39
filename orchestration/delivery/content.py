"""What each recipient is to get, made from the published copy only."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from expectations.rule import discover as discover_rules
from ingestion.delivery_config import DigestKind, Recipient
from ingestion.settings import Settings
from orchestration.assets.publish import published_file
from orchestration.assets.report import feed_statuses, read_report
from orchestration.delivery.feeds import aged
from orchestration.delivery.files import Files, Makers
from orchestration.delivery.scope import scope_of
from reporting.data import open_marts
from reporting.deliver.parcel import Enclosure, Parcel
from reporting.deliver.telegram import FILE_LIMIT
from reporting.deliver.text import Line, Span
from reporting.digest import Digest, Reader, build_digest
from reporting.digest_facts import Facts, read_facts
from reporting.digest_words import say
from reporting.inputs import FeedStatus, RuleText
from reporting.view import Language, Report

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Prepared:
    """A digest ready to go; ``parcel`` is None where there is nothing new."""

    facts: Facts
    parcel: Parcel | None


class Content:
    """Makes digests over one open published copy."""

    def __init__(
        self,
        settings: Settings,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        makers: Makers | None,
        now: datetime,
    ) -> None:
        self._now = now
        self._settings, self._connection = settings, connection
        self._folder, self._makers = folder, makers
        self._files: Files | None = None
        self._reports: dict[Language, Report] = {}
        connection.execute("set variable company_currency = ?", [settings.company.currency])

    def prepare(self, recipient: Recipient, kind: DigestKind, then: Facts | None) -> Prepared:
        """One recipient's digest; what it says was already told to them is in ``then``.

        Raises:
            ConfigError: the recipient's pipelines or user are not known.
            ReportError: a mart is absent, or a file cannot be made.
        """
        language = recipient.language or self._settings.company.language
        scope = scope_of(self._connection, recipient)
        feeds = aged(self._settings, feed_statuses(self._connection, language), self._now)
        report = self._report(language) if scope.is_whole else None
        facts = read_facts(self._connection, report, scope, feeds, self._settings.zone)
        reader = Reader(scope, language, then)
        digest = self._digest(kind, reader, facts, feeds)
        if not digest.is_news:
            return Prepared(facts, None)
        enclosures: tuple[Enclosure, ...] = ()
        if kind == "weekly":
            if report is not None:
                header = replace(report.header, as_of=facts.cut_at.astimezone(self._settings.zone))
                report = replace(report, header=header)
            enclosures = self._enclosures().of(scope, language, facts.cut_at, report)
        label = f"{local_day(self._settings, self._now).isoformat()}-{kind}"
        parcel = Parcel(digest.subject, digest.lines, enclosures, label)
        return Prepared(facts, fitting(parcel, recipient, self._settings, language))

    def _digest(
        self, kind: DigestKind, reader: Reader, facts: Facts, feeds: list[FeedStatus]
    ) -> Digest:
        texts = {rule.id: rule.text(reader.language) for rule in discover_rules()}
        return build_digest(
            self._connection,
            kind,
            reader,
            facts,
            feeds,
            company=self._settings.company.name,
            currency=self._settings.company.currency,
            zone=self._settings.zone,
            titles={id_: RuleText(text.title, text.fix) for id_, text in texts.items()},
        )

    def _report(self, language: Language) -> Report:
        if language not in self._reports:
            self._reports[language] = read_report(self._connection, self._settings, language)
        return self._reports[language]

    def _enclosures(self) -> Files:
        if self._files is None:
            from orchestration.delivery.files import real_makers

            makers = self._makers or real_makers()
            self._files = Files(self._settings, self._connection, self._folder, makers)
        return self._files


@contextmanager
def open_content(settings: Settings, makers: Makers | None, now: datetime) -> Iterator[Content]:
    """Content over the published copy as of ``now``; its files are gone when the block ends.

    Raises:
        ReportDataError: nothing was published yet.
    """
    with (
        open_marts(published_file(settings.published_dir)) as connection,
        tempfile.TemporaryDirectory(prefix="skvoz-delivery-") as folder,
    ):
        yield Content(settings, connection, Path(folder), makers, now)


def fitting(parcel: Parcel, recipient: Recipient, settings: Settings, language: Language) -> Parcel:
    """The parcel without the files that its way does not take; a line says where they are."""
    if recipient.via == "folder":
        return parcel
    mail = settings.delivery.email.max_megabytes * _MEGABYTE
    left = mail if recipient.via == "email" else float("inf")
    each = float(FILE_LIMIT) if recipient.via == "telegram" else mail
    kept: list[Enclosure] = []
    notes: list[Line] = []
    for enclosure in sorted(parcel.enclosures, key=lambda one: one.size):
        if enclosure.size <= min(each, left):
            kept.append(enclosure)
            left -= enclosure.size
            continue
        size = f"{enclosure.size / _MEGABYTE:.0f}"
        note = say(language, "too_big", name=enclosure.path.name, size=size)
        notes.append((Span(note),))
    ordered = tuple(one for one in parcel.enclosures if one in kept)
    return replace(parcel, lines=(*parcel.lines, *notes), enclosures=ordered)


def local_day(settings: Settings, at: datetime) -> date:
    """The company's day of a moment."""
    return at.astimezone(settings.zone).date()
