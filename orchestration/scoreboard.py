"""How the marts compare with a simulated company's truth, row by row and to the kopeck."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

# Each comparison: what the truth says and what the marts say, as relations of the same columns.
# A deal that was deleted before the first load exists for nobody but the recycle bin.
_COMPARISONS = {
    "deals: status, price, channel, UTM": (
        """select deal_id, pipeline_id, status, price, recorded_channel, recorded_rule,
                  recorded_utm_source, recorded_utm_medium, recorded_utm_campaign
           from truth_deals where not is_deleted""",
        """select deal_id, pipeline_id, status, price, channel, source_rule,
                  utm_source, utm_medium, utm_campaign
           from marts.fct_deals where not is_deleted""",
    ),
    "leads by day and source": (
        """select (created_at at time zone $zone)::date, recorded_channel,
                  recorded_utm_source, recorded_utm_medium, recorded_utm_campaign, count(*)
           from truth_deals where not is_deleted group by all""",
        """select created_on, channel, utm_source, utm_medium, utm_campaign, sum(leads)::bigint
           from marts.rpt_leads_by_source group by all""",
    ),
    "stage history: stays with times": (
        """select deal_id, visit_number, pipeline_id, stage_id, entered_at, left_at
           from truth_stage_visits
           where is_observable
             and deal_id not in (select deal_id from truth_deals where is_deleted)""",
        """select deal_id, visit_number, pipeline_id, stage_id, entered_at, left_at
           from marts.fct_deal_stage_visits
           where deal_id in (select deal_id from truth_stage_visits where is_observable)""",
    ),
    "bank movements with their class": (
        """select own_account, booked_on, document_number, direction, payment_class, amount
           from truth_payments""",
        """select own_account, booked_on, document_number, direction, payment_class, amount
           from marts.fct_payments""",
    ),
    "faults of bank statements": (
        "select kind, file_name, count(*) from truth_bank_defects group by all",
        """select kind, subject, case kind when 'totals_do_not_tie' then 1 else rows end
           from quality.feed_problems where source = 'bank_1c'""",
    ),
    "payments matched to deals": (
        """select own_account, booked_on, document_number, amount, deal_id
           from truth_payments where deal_id is not null""",
        """select p.own_account, p.booked_on, p.document_number, a.amount, a.deal_id
           from marts.fct_payment_allocations as a
           join marts.fct_payments as p using (payment_id)""",
    ),
    "spend by campaign and day": (
        "select campaign_id, spend_on, impressions, clicks, cost_gross from truth_spend",
        "select campaign_id, spend_on, impressions, clicks, cost_gross from marts.fct_spend",
    ),
}
_TRUTH = ("deals", "stage_visits", "payments", "spend", "defects", "bank_defects")


@dataclass(frozen=True)
class Score:
    """One comparison: rows the truth has, how many of them were found, how many were invented."""

    subject: str
    planted: int
    found: int
    invented: int

    @property
    def is_perfect(self) -> bool:
        return self.found == self.planted and self.invented == 0


def compare(marts: Path, truth: Path, zone: str = "Europe/Moscow") -> list[Score]:
    """Compare a published copy with the truth's Parquet files; one score a subject and rule."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts}' as published (read_only)")
        connection.execute("use published")
        connection.execute("set timezone = 'UTC'")
        for name in _TRUTH:
            path = truth / f"{name}.parquet"
            connection.execute(
                f"create temp table truth_{name} as select * from read_parquet('{path}')"  # noqa: S608
            )
        scores = [
            _score(connection, subject, *(sql.replace("$zone", f"'{zone}'") for sql in relations))
            for subject, relations in _COMPARISONS.items()
        ]
        rules = connection.execute(
            "select distinct rule_id from truth_defects union select distinct rule_id"
            " from quality.findings order by 1"
        ).fetchall()
        scores += [
            _score(
                connection,
                f"defect {rule}",
                f"select deal_id from truth_defects where rule_id = '{rule}'",  # noqa: S608
                f"select deal_id from quality.findings"  # noqa: S608
                f" where rule_id = '{rule}' and resolved_at is null",
            )
            for (rule,) in rules
        ]
    return scores


def print_scoreboard(marts: Path, truth: Path, console: Console) -> list[Score]:
    """Print what was found of what is true, and return it."""
    scores = compare(marts, truth)
    table = Table(title="Compared with the truth", title_justify="left", title_style="bold")
    table.add_column("what")
    table.add_column("in truth", justify="right")
    table.add_column("found", justify="right")
    table.add_column("invented", justify="right")
    for score in scores:
        style = "green" if score.is_perfect else "red"
        table.add_row(
            score.subject, str(score.planted), str(score.found), str(score.invented), style=style
        )
    console.print()
    console.print(table)
    return scores


def _score(connection: duckdb.DuckDBPyConnection, subject: str, truth: str, model: str) -> Score:
    planted = _count(connection, truth)
    missed = _count(connection, f"({truth}) except all ({model})")
    invented = _count(connection, f"({model}) except all ({truth})")
    return Score(subject, planted=planted, found=planted - missed, invented=invented)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from ({relation})").fetchone()  # noqa: S608
    return int(row[0]) if row else 0
