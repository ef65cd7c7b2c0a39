"""How the marts compare with a simulated company's truth, row by row and to the kopeck."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from orchestration.comparisons import COMPARISONS
from orchestration.comparisons_discipline import RuleScore, rule_scores
from orchestration.comparisons_figures import Figure, figures


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


def compare(
    marts: Path, truth: Path, warehouse: Path | None = None, zone: str = "Europe/Moscow"
) -> list[Score]:
    """Compare a published copy with the truth's Parquet files; one score a subject and rule.

    With the ``warehouse`` it came from, what no mart shows yet is compared too.
    """
    with _opened(marts, truth, warehouse) as (connection, known):
        scores = [
            _score(
                *(connection, comparison.subject),
                comparison.truth.replace("$zone", f"'{zone}'"),
                comparison.model.replace("$zone", f"'{zone}'"),
            )
            for comparison in COMPARISONS
            if comparison.truth_tables <= known
            and not (comparison.needs_warehouse and warehouse is None)
        ]
        if "defects" in known:
            scores += [_of_rule(rule) for rule in rule_scores(connection, known)]
    return scores


def measure(marts: Path, truth: Path) -> list[Figure]:
    """How near a published copy comes to what really happened, where it cannot be known."""
    with _opened(marts, truth, None) as (connection, known):
        return figures(connection, known)


@contextlib.contextmanager
def _opened(
    marts: Path, truth: Path, warehouse: Path | None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, set[str]]]:
    """A connection that sees the marts and the truth, and the names of the truth's tables."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts}' as published (read_only)")
        if warehouse is not None:
            connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use published")
        connection.execute("set timezone = 'UTC'")
        known = set()
        for path in truth.glob("*.parquet"):
            known.add(path.stem)
            connection.execute(
                f"create temp table truth_{path.stem} as select * from read_parquet('{path}')"  # noqa: S608
            )
        yield connection, known


def print_scoreboard(
    marts: Path, truth: Path, console: Console, warehouse: Path | None = None
) -> list[Score]:
    """Print what was found of what is true, and return it."""
    scores = compare(marts, truth, warehouse)
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
    _print_figures(measure(marts, truth), console)
    return scores


def _print_figures(found: list[Figure], console: Console) -> None:
    """Distances to the truth that nobody can close; no figure is right or wrong."""
    table = Table(title="Measured against the truth", title_justify="left", title_style="bold")
    table.add_column("what")
    table.add_column("share", justify="right")
    table.add_column("of", justify="right")
    for figure in found:
        table.add_row(figure.subject, figure.text, f"{figure.n:,}".replace(",", " "))
    console.print()
    console.print(table)


def _score(connection: duckdb.DuckDBPyConnection, subject: str, truth: str, model: str) -> Score:
    planted = _count(connection, truth)
    missed = _count(connection, f"({truth}) except all ({model})")
    invented = _count(connection, f"({model}) except all ({truth})")
    return Score(subject, planted=planted, found=planted - missed, invented=invented)


def _of_rule(rule: RuleScore) -> Score:
    """A rule's score; one that the truth is silent about is an error of the truth."""
    if rule.is_told:
        return Score(f"defect {rule.rule_id}", rule.planted, rule.found, rule.invented)
    return Score(f"defect {rule.rule_id}, unknown to the truth", 0, 0, max(rule.invented, 1))


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from ({relation})").fetchone()  # noqa: S608
    return int(row[0]) if row else 0
