"""What every page shares: the Jinja environment, numbers in cells, reasons under tables."""

import math
from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from reporting.i18n import Wording
from reporting.palette import COLOURS
from reporting.ratio import Absent, Ratio, Why
from reporting.spark import spark
from reporting.terms import terms
from reporting.texts import why_texts

TEMPLATES = Path(__file__).parent / "html"
HEAT = 5  # shades of a heat table, besides none
ROWS_OPEN = 15  # a longer table waits for a click


def environment(wording: Wording, minimum_coverage: Decimal = Decimal("0.5")) -> Environment:
    """Templates in the words and numbers of one language."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        # templates end in .j2, so a guess by name would leave deal names unescaped
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(wording.translations, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(
        amount=partial(_amount, wording),
        count=wording.count,
        day=wording.day,
        days=wording.days,
        decimal=wording.decimal,
        duration=wording.duration,
        moment=wording.moment,
        age=wording.age,
        money=wording.money,
        compact=wording.compact,
        change=wording.change,
        compact_change=wording.compact_change,
        points=wording.points,
        month=wording.month,
        percent=wording.percent,
    )
    reasons = why_texts(wording, minimum_coverage)
    made.globals.update(
        symbol=wording.symbol,
        colours=COLOURS,
        terms=terms(wording),
        why_text=reasons.__getitem__,
        rows_open=ROWS_OPEN,
        heat=_heat,
        reasons=_reasons,
        found=_found,
        written=partial(_written, wording),
        spark=partial(spark, wording),
    )
    return made


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
