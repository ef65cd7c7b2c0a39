"""What readers open, made from the published copy: the page, the findings, managers' pages."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb

from expectations.rule import discover as discover_rules
from ingestion import registry
from ingestion.settings import Settings
from orchestration.assets import publish
from orchestration.feeds import Feed, published_feeds
from orchestration.publications import read_publications
from orchestration.resources import POOL, Warehouse
from reporting.data import FeedProblem, FeedStatus, RuleText, build_view, open_marts
from reporting.errors import ReportError
from reporting.manager_pages import write_manager_pages
from reporting.picture import write_picture
from reporting.render import write_report
from reporting.view import Language, Report
from reporting.xlsx import write_findings_xlsx

KEY = dg.AssetKey(["report", "owner"])
FINDINGS = "findings.xlsx"
_log = logging.getLogger("orchestration.report")


def build_report_asset(settings: Settings) -> dg.AssetsDefinition:
    """Asset that fills ``<data>/reports`` in the owner's language."""

    @dg.asset(
        key=KEY,
        deps=[publish.KEY],
        group_name="report",
        kinds={"html", "excel"},
        pool=POOL,
        description="The owner's page, its picture, the findings as a workbook, and a page for "
        "every manager.",
    )
    def owner_report(
        warehouse: Warehouse,  # noqa: ARG001  (asked for its hold on the file)
    ) -> dg.MaterializeResult[None]:
        try:
            written = make_report(settings)
        except ReportError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        return dg.MaterializeResult(
            metadata={
                name: dg.MetadataValue.path(path) if isinstance(path, Path) else path
                for name, path in written.items()
            }
        )

    return owner_report


def make_report(settings: Settings) -> dict[str, Path | int]:
    """Write everything that readers open; returns where it is, and how many managers have a page.

    Every part is replaced whole, and one that cannot be made does not keep the others from being
    made. Without a mart that has never been published, because its totals do not agree, there is no
    page yet.

    Raises:
        ReportError: a part could not be made; the text names every one and says why.
    """
    written: dict[str, Path | int] = {}
    troubles: list[str] = []
    company, language = settings.company, settings.company.language
    with open_marts(publish.published_file(settings.published_dir)) as connection:
        if absent := _never_published(connection):
            _log.warning("no page yet: %s were never published", ", ".join(absent))
        else:
            with _part("the page", troubles):
                report = read_report(connection, settings, language)
                written["path"] = write_report(report, settings.reports_dir)
                with _part("the picture", troubles):
                    written["picture"] = write_picture(report, settings.reports_dir)
        with _part("the workbook of findings", troubles):
            written["findings"] = write_findings_xlsx(
                connection,
                settings.reports_dir / FINDINGS,
                language=language,
                zone=settings.zone,
                currency=company.currency,
            )
        with _part("managers' pages", troubles):
            pages = write_manager_pages(
                connection,
                language=language,
                as_of=settings.now(),
                zone=settings.zone,
                company_name=company.name,
                currency=company.currency,
                folder=settings.reports_dir,
            )
            written["managers"] = len(pages)
    if troubles:
        raise ReportError("; ".join(troubles))
    return written


def read_report(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    language: Language,
    as_of: datetime | None = None,
) -> Report:
    """Everything the owner's page says; ``as_of`` is by default the moment the data is cut at.

    Raises:
        ReportDataError: a mart is absent.
    """
    texts = {rule.id: rule.text(language) for rule in discover_rules()}
    return build_view(
        connection,
        language=language,
        generated_at=as_of or settings.now(),
        zone=settings.zone,
        company_name=settings.company.name,
        currency=settings.company.currency,
        rule_titles={id_: RuleText(text.title, text.fix) for id_, text in texts.items()},
        feeds=feed_statuses(connection, language),
        minimum_coverage=settings.company.minimum_coverage,
        vat_policy=settings.company.vat_policy,
    )


def feed_statuses(connection: duckdb.DuckDBPyConnection, language: Language) -> list[FeedStatus]:
    """The state of every source, as it was when the marts were published."""
    return [_status(feed, language) for feed in published_feeds(connection)]


def _never_published(connection: duckdb.DuckDBPyConnection) -> list[str]:
    told = read_publications(connection).values()
    return [one.relation for one in told if not one.is_readable]


@contextmanager
def _part(name: str, troubles: list[str]) -> Iterator[None]:
    """Says what is being made; an expected trouble is kept for the end."""
    _log.info("report: %s", name)
    try:
        yield
    except ReportError as error:
        troubles.append(f"{name}: {error}")


def _status(feed: Feed, language: Language) -> FeedStatus:
    title = feed.title_ru if language == "ru" else feed.title
    known = feed.status != "off" and feed.last_loaded_at is not None
    return FeedStatus(
        feed.source,
        title,
        feed.status,
        feed.last_loaded_at,
        feed.rows if known else None,
        tuple(FeedProblem(p.kind, p.subject, p.amount, p.rows) for p in feed.problems),
        frozenset(registry.discover()[feed.source].brings),
        None if feed.last_loaded_at is None else datetime.now(UTC) - feed.last_loaded_at,
    )
