"""The files of a weekly digest, each made once a session and only for those who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import duckdb

from ingestion.settings import Settings
from reporting.deliver.parcel import Enclosure
from reporting.scope import Scope
from reporting.view import Language, Report


class PagesMaker(Protocol):
    def __call__(
        self,
        con: duckdb.DuckDBPyConnection,
        *,
        language: Language,
        as_of: datetime,
        zone: ZoneInfo,
        company_name: str,
        currency: str,
        folder: Path,
    ) -> dict[int, Path]: ...


class TableMaker(Protocol):
    def __call__(
        self,
        con: duckdb.DuckDBPyConnection,
        path: Path,
        *,
        language: Language,
        zone: ZoneInfo,
        currency: str,
        scope: Scope,
    ) -> Path: ...


@dataclass(frozen=True)
class Makers:
    """What makes the files; tests pass their own."""

    page: Callable[[Report, Path], Path]
    picture: Callable[[Report, Path], Path]
    manager_pages: PagesMaker
    table: TableMaker


def real_makers() -> Makers:
    """Imported when asked for: charts and tables are heavy, and most commands need none."""
    from reporting.manager_pages import write_manager_pages
    from reporting.picture import write_picture
    from reporting.render import write_report
    from reporting.xlsx import write_findings_xlsx

    return Makers(write_report, write_picture, write_manager_pages, write_findings_xlsx)


class Files:
    """Makes files into a folder, whole ones only for readers of the whole."""

    def __init__(
        self,
        settings: Settings,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        makers: Makers,
    ) -> None:
        self._settings, self._connection = settings, connection
        self._folder, self._makers = folder, makers
        self._pages: dict[Language, dict[int, Path]] = {}
        self._whole: dict[Language, tuple[Enclosure, ...]] = {}

    def of(
        self, scope: Scope, language: Language, as_of: datetime, report: Report | None
    ) -> tuple[Enclosure, ...]:
        """``report`` is the owner's page; without it the reader is bounded by ``scope``."""
        if scope.is_whole and report is not None:
            if language not in self._whole:
                self._whole[language] = self._of_everything(language, report)
            return self._whole[language]
        own = self._folder / f"{language}-{'-'.join(map(str, (*scope.pipelines, 0, *scope.users)))}"
        own.mkdir(exist_ok=True)
        table = self._table(own / "findings.xlsx", scope, language)
        pages = [
            Enclosure(page)
            for user in scope.users
            if (page := self._managers(language, as_of).get(user))
        ]
        return (*pages, Enclosure(table))

    def _of_everything(self, language: Language, report: Report) -> tuple[Enclosure, ...]:
        folder = self._folder / language
        folder.mkdir()
        return (
            Enclosure(self._makers.picture(report, folder), "picture"),
            Enclosure(self._makers.page(report, folder)),
            Enclosure(self._table(folder / "findings.xlsx", Scope(), language)),
        )

    def _table(self, path: Path, scope: Scope, language: Language) -> Path:
        return self._makers.table(
            self._connection,
            path,
            language=language,
            zone=self._settings.zone,
            currency=self._settings.company.currency,
            scope=scope,
        )

    def _managers(self, language: Language, as_of: datetime) -> dict[int, Path]:
        if language not in self._pages:
            company = self._settings.company
            self._pages[language] = self._makers.manager_pages(
                self._connection,
                language=language,
                as_of=as_of,
                zone=self._settings.zone,
                company_name=company.name,
                currency=company.currency,
                folder=self._folder / f"pages-{language}",
            )
        return self._pages[language]
