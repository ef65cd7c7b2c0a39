"""Marts to view model: the only way from the warehouse to the page."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from reporting.absence import find_absent, is_money_whole
from reporting.errors import ReportDataError
from reporting.inputs import FeedProblem, FeedStatus, RuleText
from reporting.sections import (
    attribution,
    design,
    discipline,
    forecast,
    funnel,
    headline,
    held_back,
    inquiries,
    leads,
    ledger,
    money,
    payback,
    review,
    sales,
    ties,
)
from reporting.view import Header, Language, Report, VatPolicy

__all__ = ["FeedProblem", "FeedStatus", "RuleText", "build_view", "open_marts"]

_REQUIRED = (
    "marts.fct_deals",
    "marts.fct_payments",
    "marts.fct_payment_allocations",
    "marts.fct_spend",
    "marts.fct_mass_changes",
    "marts.fct_stage_sla",
    "marts.rpt_attribution",
    "marts.rpt_bucket_stages",
    "marts.rpt_forecast",
    "marts.rpt_forecast_backtest",
    "marts.rpt_inquiries",
    "marts.rpt_inquiry_sensitivity",
    "marts.rpt_leads_by_source",
    "marts.rpt_loss_reasons",
    "marts.rpt_manager_credit",
    "marts.rpt_manager_habits",
    "marts.rpt_payback_by_lead_cohort",
    "marts.rpt_payback_curve",
    "marts.rpt_payment_ledger",
    "marts.rpt_payment_review",
    "marts.rpt_pipeline_lint",
    "marts.rpt_revenue_by_channel",
    "marts.rpt_sla_by_manager",
    "marts.rpt_sla_coverage",
    "marts.rpt_source_loss",
    "marts.rpt_spend_ledger",
    "marts.rpt_stage_conversion",
    "marts.rpt_stage_dwell",
    "marts.rpt_stuck_deals",
    "marts.rpt_utm_lint",
    "quality.fct_report_ties",
    "seeds.channels",
)


@contextmanager
def open_marts(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read only; closed on exit.

    Raises:
        ReportDataError: there is no such file, or another process is writing to it.
    """
    if not path.is_file():
        raise ReportDataError(f"{path}: no such file; run the daily job first, it publishes marts")
    with duckdb.connect(":memory:") as con:
        # under a name of its own: in a file called marts.duckdb "marts.x" would be ambiguous
        quoted = str(path).replace("'", "''")
        try:
            con.execute(f"attach '{quoted}' as published (read_only)")
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise ReportDataError(
                f"{path}: cannot be opened ({reason}); close its writer and try again"
            ) from error
        con.execute("use published")
        yield con


def build_view(
    con: duckdb.DuckDBPyConnection,
    *,
    language: Language,
    generated_at: datetime,
    zone: ZoneInfo,
    company_name: str,
    currency: str,
    rule_titles: Mapping[str, RuleText],
    feeds: Sequence[FeedStatus],
    minimum_coverage: Decimal = Decimal("0.5"),
    vat_policy: VatPolicy = "gross",
) -> Report:
    """Everything the page says, over the whole history of the marts.

    ``generated_at`` is the moment the data is cut at (aware); days are shown in ``zone``.
    ``rule_titles`` holds every rule by id in ``language``; ``feeds`` every source, off ones too.
    Channels' payback is withheld while the channel is known for less than ``minimum_coverage`` of
    the money, a fraction. It and ``vat_policy`` are the models' variables of the same names.
    Numbers whose every source is off, or has never loaded, are None with that reason.

    Raises:
        ReportDataError: a mart is absent.
    """
    _check(con)
    # amounts without a rate stay in their own currency: they are told beside, never added
    con.execute("set variable company_currency = ?", [currency])
    feeds = [_with_unconverted(con, feed) for feed in feeds]
    titles = _channel_titles(con, language)
    absent = find_absent(feeds)
    by_source = leads.read(con, titles)
    pipelines = () if absent.deals else funnel.read(con)
    by_channel = money.read(con, titles, minimum_coverage, absent)
    head = headline.read(
        con,
        by_source.total,
        by_source.channels,
        vat_policy,
        absent,
        is_money_whole=is_money_whole(feeds),
    )
    department = sales.read(con, absent, zone)
    buckets = ledger.read(con, absent)
    returns = payback.read(con, titles, minimum_coverage, absent)
    models = attribution.read(con, titles, minimum_coverage, absent)
    kept = discipline.read(con, rule_titles, titles, zone, language)
    return Report(
        header=Header(
            company=company_name,
            language=language,
            currency=currency,
            as_of=generated_at.astimezone(zone),
            zone=zone.key,
            period=_period(con, generated_at.astimezone(zone).date()),
            feeds=tuple(feeds),
            vat_policy=vat_policy,
            held_back=held_back.read(con, rule_titles, language, zone),
        ),
        headline=head,
        ledgers=buckets,
        payback=returns,
        attribution=models,
        review=review.read(con, absent),
        leads=by_source,
        inquiries=inquiries.read(con),
        pipelines=pipelines,
        sales=department,
        forecast=forecast.read(con, absent),
        money=by_channel,
        design=design.read(con),
        changes=kept.changes,
        scores=kept.scores,
        fields=kept.fields,
        findings=kept.findings,
        ties=ties.read(con, absent),
    )


def _check(con: duckdb.DuckDBPyConnection) -> None:
    present = {
        f"{schema}.{name}"
        for schema, name in con.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
    }
    absent = [name for name in _REQUIRED if name not in present]
    if absent:
        raise ReportDataError(f"There is no {', '.join(absent)}; run the daily job to build them")


def _with_unconverted(con: duckdb.DuckDBPyConnection, feed: FeedStatus) -> FeedStatus:
    rows = con.execute(
        """
        select currency, count(*) from (
            select source, currency from marts.fct_payments
            union all select source, currency from marts.fct_spend
        )
        where source = ? and currency <> getvariable('company_currency')
        group by currency order by currency
        """,
        [feed.name],
    ).fetchall()
    found = tuple(FeedProblem("no_rate", currency, None, count) for currency, count in rows)
    return replace(feed, problems=feed.problems + found)


def _channel_titles(con: duckdb.DuckDBPyConnection, language: Language) -> dict[str, str]:
    column = "title_ru" if language == "ru" else "title_en"
    rows = con.execute(f"select channel, {column} from seeds.channels").fetchall()  # noqa: S608
    return dict(rows)


def _period(con: duckdb.DuckDBPyConnection, last: date) -> tuple[date, date] | None:
    row = con.execute(
        """
        select min(day) from (
            select created_on as day from marts.rpt_leads_by_source
            union all select booked_on from marts.fct_payments
            union all select spend_on from marts.fct_spend
        )
        """
    ).fetchone()
    return (row[0], last) if row and row[0] else None
