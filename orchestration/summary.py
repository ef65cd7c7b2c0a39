"""The short account of a run: rows by source, the three reports, findings, where things lie."""

from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from ingestion.settings import Settings
from orchestration import warehouse
from orchestration.assets.publish import published_file
from orchestration.assets.report import FINDINGS
from orchestration.feeds import published_feeds
from orchestration.publications import describe_held_back, read_publications
from orchestration.running import RunOutcome

_PROBLEMS_SHOWN = 20
_PROBLEMS = f"""
select source, subject, kind, amount, rows from quality.feed_problems
order by source, subject, kind limit {_PROBLEMS_SHOWN}
"""  # noqa: S608
_REPORTS = {
    "1. Leads by source (whole period)": (
        """select channel, sum(leads) as leads, sum(won) as won, sum(lost) as lost,
                  sum(open) as open
           from marts.rpt_leads_by_source group by channel order by leads desc, channel"""
    ),
    "2. Stage conversion (reached counting skipped stages, really entered)": (
        """select p.pipeline_name as pipeline, c.stage_name as stage,
                  sum(c.entered) filter (where c.view = 'imputed') as passed,
                  sum(c.entered) filter (where c.view = 'visited') as entered,
                  sum(c.lost_here) filter (where c.view = 'visited') as lost_here
           from marts.rpt_stage_conversion as c
           join (select distinct pipeline_id, pipeline_name from marts.fct_deals) as p
             using (pipeline_id)
           where c.stage_order > 0
           group by p.pipeline_name, c.pipeline_id, c.stage_id, c.stage_name, c.stage_order
           order by c.pipeline_id, c.stage_order"""
    ),
    "3. Money by channel (by payment date, whole period)": (
        """select channel, sum(revenue) as revenue, sum(refunds) as refunds,
                  sum(net_revenue) as net_revenue, sum(spend) as spend,
                  round(sum(net_revenue) / nullif(sum(spend), 0), 2) as roas
           from marts.rpt_revenue_by_channel where basis = 'cash_date'
           group by channel order by net_revenue desc, channel"""
    ),
}


def print_summary(settings: Settings, console: Console, outcome: RunOutcome) -> None:
    """Print what a finished run brought; reads the published copy only."""
    console.print()
    with warehouse.connect(published_file(settings.published_dir), read_only=True) as connection:
        _print_rows(connection, console)
        print_problems(connection, console)
        if held_back := describe_held_back(read_publications(connection).values()):
            console.print(f"! {held_back}", style="yellow", soft_wrap=True, highlight=False)
        for title, sql in _REPORTS.items():
            try:
                _print_query(connection, title, sql, console)
            except duckdb.CatalogException:  # kept back since the first run
                console.print(f"{title}: not published yet")
        _print_query(
            connection,
            "Findings (open)",
            """select rule_id as rule, severity, count(*) as deals,
                      sum(money_at_stake) as money_at_stake
               from quality.findings where resolved_at is null
               group by all order by money_at_stake desc, rule""",
            console,
        )
    for label, path in _places(settings, outcome).items():
        console.print(f"{label:<10} {path}", soft_wrap=True, highlight=False)


def print_problems(published: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Print what the sources could not load; nothing where all was loaded."""
    row = published.execute("select count(*) from quality.feed_problems").fetchone()
    count = int(row[0]) if row else 0
    if not count:
        return
    _print_query(published, "Not loaded whole", _PROBLEMS, console)
    if count > _PROBLEMS_SHOWN:
        console.print(f"and {count - _PROBLEMS_SHOWN} more in quality.feed_problems")


def _places(settings: Settings, outcome: RunOutcome) -> dict[str, Path]:
    return {
        "report": settings.reports_dir / "report.html",
        "findings": settings.reports_dir / FINDINGS,
        "marts": published_file(settings.published_dir),
        "warehouse": settings.warehouse_path,
        "log": outcome.log_path,
    }


def _print_rows(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    table = Table(title="Rows loaded, by source", title_justify="left", title_style="bold")
    table.add_column("source")
    table.add_column("tables", justify="right")
    table.add_column("rows", justify="right")
    for feed in published_feeds(connection):
        if feed.status == "off":
            table.add_row(feed.title, "-", "switched off", style="dim")
        else:
            table.add_row(feed.title, str(feed.tables), f"{feed.rows:,}".replace(",", " "))
    console.print(table)


def _print_query(
    connection: duckdb.DuckDBPyConnection,
    title: str,
    sql: str,
    console: Console,
) -> None:
    cursor = connection.execute(sql)
    table = Table(title=title, title_justify="left", title_style="bold")
    for column, kind, *_ in cursor.description or ():
        is_number = str(kind).startswith(("DECIMAL", "DOUBLE", "BIGINT", "HUGEINT", "NUMBER"))
        table.add_column(column, justify="right" if is_number else "left")
    for row in cursor.fetchall():
        table.add_row(*("—" if value is None else str(value) for value in row))
    console.print(table)
