"""The owner's page, made from the published copy."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from expectations.rule import discover as discover_rules
from ingestion import registry
from ingestion.settings import Settings
from orchestration.assets import publish
from orchestration.feeds import Feed, published_feeds
from orchestration.resources import POOL, Warehouse
from reporting.data import FeedProblem, FeedStatus, RuleText, build_view, open_marts
from reporting.errors import ReportError
from reporting.render import write_report
from reporting.view import Language

KEY = dg.AssetKey(["report", "owner"])


def build_report_asset(settings: Settings) -> dg.AssetsDefinition:
    """Asset that writes ``<data>/reports/report.html`` in the owner's language."""

    @dg.asset(
        key=KEY,
        deps=[publish.KEY],
        group_name="report",
        kinds={"html"},
        pool=POOL,
        description="One self-contained page for the owner.",
    )
    def owner_report(
        warehouse: Warehouse,  # noqa: ARG001  (asked for its hold on the file)
    ) -> dg.MaterializeResult[None]:
        try:
            path = make_report(settings)
        except ReportError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(path)})

    return owner_report


def make_report(settings: Settings) -> Path:
    """Read the published marts and write the page; returns its path."""
    language = settings.company.language
    texts = {rule.id: rule.text(language) for rule in discover_rules()}
    with open_marts(publish.published_file(settings.published_dir)) as connection:
        view = build_view(
            connection,
            language=language,
            generated_at=settings.now(),
            zone=settings.zone,
            company_name=settings.company.name,
            currency=settings.company.currency,
            rule_titles={id_: RuleText(text.title, text.fix) for id_, text in texts.items()},
            feeds=[_status(feed, language) for feed in published_feeds(connection)],
            minimum_coverage=settings.company.minimum_coverage,
            vat_policy=settings.company.vat_policy,
        )
    return write_report(view, settings.reports_dir)


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
