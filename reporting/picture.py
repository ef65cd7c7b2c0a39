"""The report as one picture for messengers: what is explained, the score, what costs most."""

from decimal import Decimal
from pathlib import Path

from reporting.canvas import Canvas
from reporting.charts import INK, LINE, MUTED
from reporting.errors import ReportError
from reporting.figures import part_names
from reporting.files import replace_file
from reporting.i18n import Wording
from reporting.palette import COLOURS
from reporting.texts import why_texts
from reporting.view import Report
from reporting.view.findings import RuleSummary

NAME = "report.png"
WIDTH, EDGE, SCALE = 600, 28, 2  # a picture of 1200 pixels
INNER = WIDTH - 2 * EDGE
WORST = 5
GOOD, BAD, BLUE, SOFT = "#1c6b3c", "#a12622", "#1d4e79", "#f4f6f8"


def write_picture(report: Report, folder: Path) -> Path:
    """Write ``<folder>/report.png``; returns its path.

    Raises:
        ReportError: the folder cannot be written; the picture that was there stays.
    """
    target = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(target, draw_picture(report))
    except OSError as error:
        raise ReportError(
            f"{folder}: the picture cannot be written ({error.strerror}); check rights and space"
        ) from error
    return target


def draw_picture(report: Report) -> bytes:
    """PNG; what cannot be known is a dash with its reason, as on the page."""
    wording = Wording(report.header.language, report.header.currency)
    sheet = Canvas(WIDTH)
    y = _head(sheet, report, wording)
    y = _numbers(sheet, report, wording, y)
    y = _parts(sheet, report, wording, y)
    sheet.height = _worst(sheet, report, wording, y) + 14
    return sheet.png(SCALE)


def _money(wording: Wording, value: Decimal) -> str:
    """Short, and the currency in letters: the font of pictures has no sign of the rouble."""
    unit = wording.gettext("RUB") if wording.currency == "RUB" else wording.symbol
    return f"{wording.compact_number(value)}\N{NO-BREAK SPACE}{unit}"


def _head(sheet: Canvas, report: Report, wording: Wording) -> float:
    sheet.box(0, 0, WIDTH, 6, BLUE)
    sheet.text(EDGE, 46, report.header.company, 24, INK, is_bold=True, limit=INNER)
    told = wording.gettext("End-to-end analytics, data as of %(moment)s")
    moment = wording.moment(report.header.as_of)
    sheet.text(EDGE, 69, told % {"moment": moment}, 14, MUTED, limit=INNER)
    return 88


def _numbers(sheet: Canvas, report: Report, wording: Wording, y: float) -> float:
    """Two cards side by side: how much is explained, and the score."""
    _ = wording.gettext
    whys = why_texts(wording, report.money.minimum_coverage)
    known, score = report.headline.known, report.scores.company
    wide = (INNER - 14) / 2
    left, right = EDGE, EDGE + wide + 14
    for x in (left, right):
        sheet.box(x, y, wide, 124, SOFT)
    share = known.share.value
    explained = "—" if share is None else wording.percent(share)
    if share is None or known.amount is None or report.headline.money is None:
        below = [whys[known.share.why]] if known.share.why else []
    else:
        amounts = {"part": known.amount, "whole": report.headline.money}
        said = {name: _money(wording, value) for name, value in amounts.items()}
        below = [_("%(part)s of %(whole)s") % said]
    _card(sheet, left, y, wide, _("Customers' money explained"), explained, below)
    value = score.score.value if score else None
    below = [] if score else [_("the checks have not run yet")]
    if score:
        told = {"part": _money(wording, score.flagged_money), "whole": _money(wording, score.owned)}
        below = [_("something is wrong with %(money)s of it") % {"money": told["part"]}]
    scored = "—" if value is None else wording.percent(value)
    _card(sheet, right, y, wide, _("Score of discipline"), scored, below)
    change = score.change.value if score else None
    if change is not None:
        arrow = "▲ " if change > 0 else "▼ " if change < 0 else ""
        colour = GOOD if change > 0 else BAD if change < 0 else MUTED
        words = f"{arrow}{wording.points(change)}"
        sheet.text(right + wide - 14, y + 79, words, 15, colour, is_bold=True, align="right")
    return y + 124 + 26


def _card(
    sheet: Canvas, x: float, y: float, wide: float, title: str, value: str, below: list[str]
) -> None:
    sheet.text(x + 14, y + 28, title, 14, MUTED, limit=wide - 28)
    sheet.text(x + 14, y + 81, value, 46, BLUE, is_bold=True)
    for line in below:
        sheet.text(x + 14, y + 108, line, 13.5, MUTED, limit=wide - 28)


def _parts(sheet: Canvas, report: Report, wording: Wording, y: float) -> float:
    """The customers' money as one bar, its parts named under it."""
    parts = [(part, part.amount) for part in report.headline.parts if part.amount]
    parts = [(part, amount) for part, amount in parts if amount > 0]
    if not parts:
        return y
    names = part_names(wording)
    whole = sum((amount for _, amount in parts), Decimal(0))
    x: float = EDGE
    for part, amount in parts:
        wide = float(amount / whole) * INNER
        sheet.box(x, y, max(wide - 1.5, 1), 24, COLOURS[part.kind])
        x += wide
    y += 46
    for part, amount in parts:
        share = wording.percent(amount / whole)
        sheet.box(EDGE, y - 10, 11, 11, COLOURS[part.kind])
        sheet.text(EDGE + 19, y, names[part.kind], 14, INK, limit=INNER - 200)
        sheet.text(WIDTH - EDGE - 66, y, _money(wording, amount), 14, INK, align="right")
        sheet.text(WIDTH - EDGE, y, share, 14, MUTED, align="right")
        y += 23
    return y + 12


def _worst(sheet: Canvas, report: Report, wording: Wording, y: float) -> float:
    """Rules that put the most money at stake; advice is none of them."""
    _ = wording.gettext
    sheet.box(EDGE, y - 6, INNER, 1, LINE)
    rules = report.findings.costliest[:WORST]
    if not rules:
        words = _("Breaches that put money at stake: none found")
        if not report.findings.checked:
            words = _("The checks have not run yet, so nothing is known of the discipline.")
        sheet.text(EDGE, y + 26, words, 14, MUTED, limit=INNER)
        return y + 40
    sheet.text(EDGE, y + 26, _("What puts the most money at stake"), 17, INK, is_bold=True)
    y += 54
    for rule in rules:
        _rule(sheet, rule, wording, y, float(rule.money / rules[0].money))
        y += 46
    return y - 4


def _rule(sheet: Canvas, rule: RuleSummary, wording: Wording, y: float, share: float) -> None:
    found = wording.translations.ngettext("%(count)s finding", "%(count)s findings", rule.count)
    sheet.text(EDGE, y, rule.title, 14.5, INK, limit=INNER - 150)
    sheet.text(WIDTH - EDGE, y, _money(wording, rule.money), 14.5, INK, is_bold=True, align="right")
    sheet.box(EDGE, y + 9, INNER - 110, 9, SOFT)
    sheet.box(EDGE, y + 9, max(share * (INNER - 110), 2), 9, COLOURS["flagged"])
    said = found % {"count": wording.count(rule.count)}
    sheet.text(WIDTH - EDGE, y + 18, said, 12.5, MUTED, align="right")
