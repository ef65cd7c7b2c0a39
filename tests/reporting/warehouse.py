"""A small warehouse filled by hand with ``rows``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tests.reporting import department, discipline, report_ties, returns
from tests.reporting.rows import (
    CHANNELS,
    LEADS,
    MONEY,
    MONTHS,
    PIPELINES,
    WON_STAGE,
    money_of,
)

DDL = (Path(__file__).parent / "marts.sql").read_text()
DEAL = "account_id, deal_id, pipeline_id, pipeline_name, channel, updated_at"


@contextmanager
def editing(path: Path | str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file under another name than its schema, as DuckDB wants it."""
    with duckdb.connect(":memory:") as con:
        con.execute(f"attach '{path}' as edited")
        con.execute("use edited")
        yield con


def create(path: Path | str, is_empty: bool = False) -> None:
    """Write the warehouse; ``is_empty`` leaves the tables without rows."""
    with editing(path) as con:
        con.execute(DDL)
        report_ties.create(con)
        for order, (channel, ru, en) in enumerate(CHANNELS):
            con.execute(
                "insert into seeds.channels values (?, ?, ?, ?, ?)",
                [channel, ru, en, channel.startswith("paid"), order],
            )
        if not is_empty:
            con.begin()
            _fill_leads(con)
            _fill_funnel(con)
            _fill_money(con)
            discipline.fill(con)
            department.fill(con)
            returns.fill(con)
            con.commit()


def _fill_leads(con: duckdb.DuckDBPyConnection) -> None:
    for month in MONTHS:
        for channel, source, leads, won, lost in LEADS:
            con.execute(
                "insert into marts.rpt_leads_by_source values (10, ?, ?, ?, ?, ?, ?, ?)",
                [month.replace(day=9), channel, source, leads, won, lost, leads - won - lost],
            )


def _fill_funnel(con: duckdb.DuckDBPyConnection) -> None:
    insert = "insert into marts.rpt_stage_conversion values (10, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    dwell = "insert into marts.rpt_stage_dwell values (10, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    for pipeline, name, created, stages in PIPELINES:
        con.execute(
            f"insert into marts.fct_deals ({DEAL}) values (10, ?, ?, ?, 'calls', now())",
            [9000 + pipeline, pipeline, name],
        )
        # other populations and clocks are another question's
        for order, (_, _, visited, _, still) in enumerate(stages, start=1):
            for basis, clock, population, days in (
                ("visit", "calendar", "norm", order),
                ("visit", "calendar", "all", 99),
                ("visit", "working", "norm", 99),
                ("cumulative", "calendar", "norm", 99),
            ):
                length = days * 86400 if visited else None
                median = None if order == len(stages) - 1 else length
                con.execute(
                    dwell,
                    [
                        *(pipeline, 100 + order, basis, clock, population, visited - still, still),
                        *(7, None if length is None else length * 2.5, median, None),
                    ],
                )
        # all in two months of unequal size, so that an average of ratios would be another number
        for month, parts in ((MONTHS[0], (1, 5)), (MONTHS[1], (4, 5))):

            def part(number: int, share: tuple[int, int] = parts) -> int:
                return number * share[0] // share[1]

            for view in ("imputed", "visited", "strict"):
                con.execute(
                    insert, [pipeline, name, 0, "__all__", 0, month, view, part(created), 0, 0, 0]
                )
                for order, (stage, reached, visited, lost, still) in enumerate(stages, start=1):
                    orderly = max(visited - 10 * (order - 1), 0)
                    counts = {"imputed": reached, "visited": visited, "strict": orderly}
                    entered = part(counts[view])
                    gone = part(lost), part(still)
                    con.execute(
                        insert,
                        [
                            pipeline,
                            name,
                            142 if stage == WON_STAGE else 100 + order,
                            stage,
                            order,
                            month,
                            view,
                            entered,
                            max(entered - sum(gone), 0),
                            *gone,
                        ],
                    )


def _fill_money(con: duckdb.DuckDBPyConnection) -> None:
    for index, month in enumerate(MONTHS):
        for number, (channel, *amounts) in enumerate(MONEY):
            revenue, refunds, spend = (money_of(index, amount) for amount in amounts)
            assert revenue is not None
            assert refunds is not None
            deal, key = 1000 + number, f"{channel}-{month}"
            con.execute(
                "insert into marts.fct_payments values"
                " (10, ?, ?, 'customer_payment', ?, 'RUB'), (10, ?, ?, 'tax', -77.77, 'RUB')",
                [key, month, revenue, f"tax-{key}", month],
            )
            if refunds:
                con.execute(
                    "insert into marts.fct_payments values (10, ?, ?, 'customer_refund', ?, 'RUB')",
                    [f"refund-{key}", month, refunds],
                )
            if channel != "unallocated":
                con.execute(
                    "insert into marts.fct_payment_allocations values (10, ?, ?, ?)",
                    [key, deal, revenue],
                )
            leads = [row for row in LEADS if row[0] == channel]
            for basis, counts in (
                ("cash_date", (None, None)),
                ("lead_cohort", (sum(r[2] for r in leads), sum(r[3] for r in leads))),
            ):
                con.execute(
                    "insert into marts.rpt_revenue_by_channel"
                    " values (10, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, 'RUB')",
                    [month, channel, basis, *counts, revenue, refunds, revenue + refunds, spend],
                )
            if spend is not None:
                con.execute(
                    "insert into marts.fct_spend values (10, 'ads', ?, ?, ?, false)",
                    [number, month, spend],
                )
    for number, (channel, *_) in enumerate(MONEY):
        con.execute(
            f"insert into marts.fct_deals ({DEAL}) values (10, ?, 1, 'Продажи', ?, now())",
            [1000 + number, channel],
        )
