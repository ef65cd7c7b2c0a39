"""View model to one self-contained HTML file."""

import math
import os
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from reporting.errors import ReportError
from reporting.figures import build_figures, part_names
from reporting.figures_deals import credit_names, loss_name, shows_strict
from reporting.figures_money import curve_keys, curve_name
from reporting.i18n import Wording
from reporting.palette import COLOURS
from reporting.ratio import Absent, Ratio, Why
from reporting.terms import terms
from reporting.texts import problem_text, tie_names, why_texts
from reporting.view import Report

TEMPLATES = Path(__file__).parent / "html"
PIPELINES_SHOWN = 2  # open at once; the rest wait for a click
ROWS_OPEN = 15  # a longer table waits for a click
NAMES_SHOWN = 8  # in a sentence
HEAT = 5  # shades of a heat table, besides none
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
        _replace(folder / f"report-{report.header.as_of:%Y-%m-%d}.html", page)
        _replace(target, page)
    except OSError as error:
        raise ReportError(
            f"{folder}: the report cannot be written ({error.strerror}); check rights and space"
        ) from error
    return target


def render(report: Report) -> str:
    """The whole page as text; it needs nothing else to be shown."""
    wording = Wording(report.header.language, report.header.currency)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        # templates end in .j2, so a guess by name would leave deal names unescaped
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(wording.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        amount=partial(_amount, wording),
        count=wording.count,
        day=wording.day,
        decimal=wording.decimal,
        duration=wording.duration,
        moment=wording.moment,
        age=wording.age,
        money=wording.money,
        month=wording.month,
        percent=wording.percent,
    )
    names = part_names(wording)
    reasons = why_texts(wording, report.money.minimum_coverage)
    return environment.get_template("report.html.j2").render(
        report=report,
        figures=build_figures(report, wording),
        symbol=wording.symbol,
        colours=COLOURS,
        part_names=names,
        month_keys=[
            (part.kind, names[part.kind])
            for part in report.headline.parts
            if part.amount or (part.amount is not None and part.kind != "unassigned")
        ],
        tie_names=tie_names(wording),
        terms=terms(wording),
        why_text=reasons.__getitem__,
        problems_shown=PROBLEMS_SHOWN,
        pipelines_shown=PIPELINES_SHOWN,
        names_shown=NAMES_SHOWN,
        rows_open=ROWS_OPEN,
        shows_strict=shows_strict,
        credit_names=credit_names(wording),
        loss_name=partial(loss_name, wording=wording),
        curve_keys=curve_keys(report.payback, wording),
        curve_name=partial(curve_name, wording=wording),
        heat=_heat,
        problem_text=partial(problem_text, wording),
        reasons=_reasons,
        found=_found,
        written=partial(_written, wording),
    )


def _found(row: object, name: str) -> tuple[Decimal | int | None, Why | None]:
    """A cell's value, or None and the reason; the reason is None where a dash says it all."""
    value = getattr(row, name)
    if isinstance(value, Ratio):
        return value.value, value.why
    return value, _why_absent(getattr(row, "absent", Absent()), name) if value is None else None


def _why_absent(absent: Absent, name: str) -> Why | None:
    """Why a plain number is NULL; ratios carry their own reasons."""
    if name in ("revenue", "refunds", "net"):
        return absent.unknown_money
    if name == "spend":
        return absent.unknown_spend
    return absent.explained if name == "paying_deals" else absent.deals


def _reasons(rows: Iterable[object], *names: str) -> list[Why]:
    """Reasons to print under a table, each once, in the order its cells are read."""
    reasons = [_found(row, name)[1] for row in rows for name in names]
    return list(dict.fromkeys(why for why in reasons if why is not None))


def _heat(share: Decimal) -> int:
    """A step of the shade behind a share of 0 to 1; half of the whole has the darkest."""
    return min(max(math.ceil(share * 10), 0), HEAT)


def _written(wording: Wording, value: Decimal | int, form: str) -> str:
    if form == "amount":
        return _amount(wording, Decimal(value))
    return str(getattr(wording, form)(value))


def _amount(wording: Wording, value: Decimal) -> Markup:
    """Kopecks are there to the last one, but quieter than roubles."""
    text = wording.amount(value)
    return Markup('{}<span class="k">{}</span>').format(escape(text[:-3]), escape(text[-3:]))


def _replace(target: Path, page: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(0o644)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
