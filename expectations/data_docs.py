"""Great Expectations' Data Docs of a run: what was expected, of how many rows, and how it went.

Great Expectations renders the pages; what they would fetch from other servers (scripts, styles,
pictures) is taken out and a small style sheet of our own put in, so that a page opens anywhere and
tells nobody that it was opened.
"""

import re
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from lxml import html as lxml_html
from lxml.html import HtmlElement

from expectations.frames import Row
from expectations.judge import quiet_context
from expectations.runner import Outcome

_STYLES = Path(__file__).with_name("data_docs.css")
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="data_docs.css">
<link rel="icon" href="data:,">
</head>
<body>
{body}
</body>
</html>
"""
# what lives on scripts or on other servers
_FOREIGN = "//script | //style | //link | //img | //iframe | //footer | //button | //input"
_SIDE = "//nav | //*[contains(@class, 'col-lg-2')] | //a[@data-toggle='collapse']"
_NAME_LENGTH = 60
_INDEX_COLUMNS = ("Frame", "Rules", "Broken", "Rows checked", "Findings")


def build_data_docs(outcomes: Iterable[Outcome], folder: Path, told_at: datetime) -> Path:
    """Write a page for every frame and an index; returns the index.

    Pages of frames that are judged no more are removed. A page names a few rows a rule, so its size
    follows the number of rules and not that of the rows.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted(outcomes, key=_frame)
    by_frame = [(frame, list(members)) for frame, members in groupby(ordered, _frame)]
    pages = {f"{frame}.html": _page(frame, members, told_at) for frame, members in by_frame}
    pages["index.html"] = _index(by_frame, told_at)
    shutil.copyfile(_STYLES, folder / _STYLES.name)
    for name, page in pages.items():
        (folder / name).write_text(page, encoding="utf-8")
    for stale in set(folder.glob("*.html")) - {folder / name for name in pages}:
        stale.unlink()
    return folder / "index.html"


def _frame(outcome: Outcome) -> str:
    return outcome.rule.frame


def _page(frame: str, outcomes: Sequence[Outcome], told_at: datetime) -> str:
    quiet_context()
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    document = ValidationResultsPageRenderer().render(_suite_result(frame, outcomes, told_at))
    rendered = lxml_html.document_fromstring(DefaultJinjaPageView().render(document))
    for element in rendered.xpath(f"{_FOREIGN} | {_SIDE}"):
        element.drop_tree()
    for element in rendered.iter(lxml_html.etree.Element):
        _disarm(element)
    body = "".join(lxml_html.tostring(part, encoding="unicode") for part in rendered.find("body"))
    body = re.sub(r"\s*\n\s*", "\n", body)  # half of what the templates write is blank
    title = escape(frame)
    heading = f'<p><a href="index.html">All frames</a></p>\n<h1>{title}</h1>\n'
    return _PAGE.format(title=title, body=heading + body)


def _disarm(element: HtmlElement) -> None:
    for name in list(element.attrib):
        if name.startswith(("on", "data-")) or name == "style":
            del element.attrib[name]
    # a page of suites is not among ours, and nothing leads out of the folder
    if element.tag == "a":
        element.attrib.pop("href", None)


def _suite_result(frame: str, outcomes: Sequence[Outcome], told_at: datetime) -> Any:
    import great_expectations as gx
    from great_expectations.core import ExpectationSuiteValidationResult, RunIdentifier

    passed = sum(outcome.passed for outcome in outcomes)
    return ExpectationSuiteValidationResult(
        suite_name=frame,
        success=passed == len(outcomes),
        results=[_with_samples(outcome) for outcome in outcomes],
        statistics={
            "evaluated_expectations": len(outcomes),
            "successful_expectations": passed,
            "unsuccessful_expectations": len(outcomes) - passed,
            "success_percent": 100 * passed / len(outcomes),
        },
        meta={
            "great_expectations_version": gx.__version__,
            "run_id": RunIdentifier(run_name="rules of discipline", run_time=told_at),
            "batch_spec": {"data_asset_name": frame},
        },
    )


def _with_samples(outcome: Outcome) -> Any:
    """The result with the names of the first failing rows in place of a million times "false"."""
    from great_expectations.core import ExpectationValidationResult

    validation = outcome.validation
    assert validation is not None
    names = [_name(outcome, row) for row in outcome.samples]
    return ExpectationValidationResult(
        success=validation.success,
        expectation_config=validation.expectation_config,
        exception_info=validation.exception_info,
        result={**validation.result, "partial_unexpected_list": names},
    )


def _name(outcome: Outcome, row: Row) -> str:
    key = "/".join(str(row[name]) for name in outcome.rule.keys if name != "account_id")
    said = row.get("entity_name") or row.get("deal_name")
    # Great Expectations puts values into its pages as they are, and a card may bear any name
    return escape(f"{key} ({str(said)[:_NAME_LENGTH]})" if said else key)


def _index(by_frame: Sequence[tuple[str, Sequence[Outcome]]], told_at: datetime) -> str:
    head = "".join(f"<th>{name}</th>" for name in _INDEX_COLUMNS)
    rows = "\n".join(_index_row(frame, outcomes) for frame, outcomes in by_frame)
    body = (
        f"<h1>Data Docs: rules of discipline</h1>\n<p>Data as of {told_at:%Y-%m-%d %H:%M %Z}. "
        "Every frame is judged by one suite of Great Expectations.</p>\n"
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )
    return _PAGE.format(title="Data Docs: rules of discipline", body=body)


def _index_row(frame: str, outcomes: Sequence[Outcome]) -> str:
    figures = (
        len(outcomes),
        sum(not outcome.passed for outcome in outcomes),
        max(outcome.checked for outcome in outcomes),
        sum(outcome.failing for outcome in outcomes),
    )
    cells = "".join(f'<td class="number">{figure:,}</td>' for figure in figures)
    return f'<tr><td><a href="{escape(frame)}.html">{escape(frame)}</a></td>{cells}</tr>'
