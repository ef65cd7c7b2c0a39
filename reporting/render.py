"""View model to one self-contained HTML file."""

from functools import partial
from pathlib import Path

from reporting.errors import ReportError
from reporting.figures import build_figures, part_names
from reporting.figures_deals import credit_names, loss_name, shows_strict
from reporting.figures_money import curve_keys, curve_name
from reporting.files import replace_file
from reporting.i18n import Wording
from reporting.templating import environment
from reporting.texts import problem_text, tie_names
from reporting.view import Report

PIPELINES_SHOWN = 2  # open at once; the rest wait for a click
NAMES_SHOWN = 8  # in a sentence
RULES_MOVED = 15  # whose findings have changed; the sums above are of all
PROBLEMS_SHOWN = 8  # of one source; the published table has them all


def write_report(report: Report, folder: Path) -> Path:
    """Write ``report.html`` and a copy named by the day of the data; returns the path of the first.

    Each file is replaced whole: a reader sees the old page or the new one, never a part of one.

    Raises:
        ReportError: the folder cannot be written; the pages that were there stay.
    """
    page = render(report).encode()
    target = folder / "report.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / f"report-{report.header.as_of:%Y-%m-%d}.html", page)
        replace_file(target, page)
    except OSError as error:
        raise ReportError(
            f"{folder}: the report cannot be written ({error.strerror}); check rights and space"
        ) from error
    return target


def render(report: Report) -> str:
    """The whole page as text; it needs nothing else to be shown."""
    wording = Wording(report.header.language, report.header.currency)
    names = part_names(wording)
    made = environment(wording, report.money.minimum_coverage)
    return made.get_template("report.html.j2").render(
        report=report,
        figures=build_figures(report, wording),
        part_names=names,
        month_keys=[
            (part.kind, names[part.kind])
            for part in report.headline.parts
            if part.amount or (part.amount is not None and part.kind != "unassigned")
        ],
        tie_names=tie_names(wording),
        problems_shown=PROBLEMS_SHOWN,
        pipelines_shown=PIPELINES_SHOWN,
        names_shown=NAMES_SHOWN,
        rules_moved=RULES_MOVED,
        shows_strict=shows_strict,
        credit_names=credit_names(wording),
        loss_name=partial(loss_name, wording=wording),
        curve_keys=curve_keys(report.payback, wording),
        curve_name=partial(curve_name, wording=wording),
        problem_text=partial(problem_text, wording),
    )
