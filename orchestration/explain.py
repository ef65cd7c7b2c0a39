"""What a cell of a report is made of: from the payment to the click, out of the published copy.

Every answer carries checks: a figure of the report beside the sum of the rows below it, so that a
reader sees that nothing is left out.
"""

import re
from pathlib import Path

import duckdb

from ingestion.errors import SkvozError
from orchestration import explain_sql as sql
from orchestration.assets.publish import published_file
from orchestration.explain_answer import Answer, Copy, Question
from orchestration.explain_reports import BASES, REPORTS, Report
from orchestration.warehouse import connect

_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")


class ExplainError(SkvozError):
    """The cell cannot be looked up as it was asked for."""


def explain(folder: Path, company_currency: str, question: Question) -> Answer:
    """Answer from the copy in ``folder`` (``<data>/published``); the live warehouse stays closed.

    Raises:
        ExplainError: nothing is published yet, or the cell is not asked for as its report needs.
    """
    report = REPORTS.get(question.report.removeprefix("rpt_"))
    if report is None:
        raise ExplainError(
            f"{question.report}: there is no such report; known: {', '.join(REPORTS)}"
        )
    _check_options(question, report)
    path = published_file(folder)
    if not path.exists():
        raise ExplainError(f"{path}: nothing is published yet; run `skvoz run` first")
    with connect(path, read_only=True) as connection:
        copy = Copy(connection, company_currency)
        try:
            _check_names(copy, question)
            return report.answer(copy, question)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            reason = str(error).splitlines()[0]
            raise ExplainError(
                f"{path} was published by an older version ({reason}); "
                f"run `skvoz run rebuild` and ask again"
            ) from None


def _check_options(question: Question, report: Report) -> None:
    name = question.report.removeprefix("rpt_")
    asked = {
        option
        for option in ("channel", "month", "day", "basis", "model", "bucket", "source", "currency")
        if getattr(question, option) is not None
    }
    for need in report.needs:
        choices = need.split("|")
        if not asked & set(choices):
            wanted = " or ".join(f"--{choice}" for choice in choices)
            raise ExplainError(f"{name}: {wanted} is needed; {_usage(name, report)}")
    if unknown := asked - set(report.takes):
        options = ", ".join(f"--{option}" for option in sorted(unknown))
        raise ExplainError(f"{name} has no {options}; {_usage(name, report)}")
    if question.month is not None and not _MONTH.match(question.month):
        raise ExplainError(f'--month "{question.month}" is not a month; expected e.g. 2026-03')
    if question.basis is not None and question.basis not in BASES:
        raise ExplainError(f'--basis "{question.basis}" is unknown; known: {", ".join(BASES)}')


def _usage(name: str, report: Report) -> str:
    options = " ".join(f"--{option} …" for option in report.takes)
    return f"usage: skvoz explain {name} {options}"


def _check_names(copy: Copy, question: Question) -> None:
    known = {
        "channel": (question.channel, sql.CHANNELS),
        "model": (question.model, sql.MODELS),
        "bucket": (
            question.bucket,
            sql.SPEND_BUCKETS if "spend" in question.report else sql.PAYMENT_BUCKETS,
        ),
        "source": (
            question.source,
            sql.SPEND_SOURCES if "spend" in question.report else sql.PAYMENT_SOURCES,
        ),
    }
    for option, (asked, query) in known.items():
        if asked is None:
            continue
        names = copy.names(query)
        if asked not in names:
            raise ExplainError(f'--{option} "{asked}" is unknown; known: {", ".join(names)}')
