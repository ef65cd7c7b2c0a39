"""Ranges with a middle: how sure a number is, at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from reporting.charts import INK, WIDE
from reporting.palette import COLOURS

_HEAD, _THICK, _GAP = 20, 16, 12


@dataclass(frozen=True)
class Span:
    """From ``low`` to ``high`` with a mark at ``middle``, and another at ``compared``."""

    label: str
    low: float
    middle: float
    high: float
    compared: float
    text: str


def ranges(rows: Sequence[Span], width: int) -> alt.LayerChart:
    """Horizontal ranges, a label over each on a phone and beside it on a desk."""
    narrow = width < WIDE
    head = _HEAD if narrow else 0
    step = head + _THICK + _GAP
    data = [
        {
            "low": row.low,
            "high": row.high,
            "middle": row.middle,
            "compared": row.compared,
            "y": place * step + head,
            "y2": place * step + head + _THICK,
            "row": place * step + head + _THICK / 2,
            "head": place * step + head - 9,
            "label": f"{row.label}: {row.text}" if narrow else row.label,
            "text": "" if narrow else row.text,
        }
        for place, row in enumerate(rows)
    ]
    gutter, room = (0, 4) if narrow else (150, 250)
    ends = [value for row in rows for value in (row.low, row.high, row.compared)]
    x = alt.Scale(
        domain=[min([*ends, 0]), max(ends) or 1], range=[gutter, width - room], nice=False
    )
    high = len(rows) * step
    y = alt.Scale(domain=[0, high], range=[0, high], nice=False)
    source = alt.Chart(alt.Data(values=data))
    spans = source.mark_bar(color=COLOURS["interval"]).encode(
        x=alt.X("low:Q", scale=x, axis=None),
        x2="high:Q",
        y=alt.Y("y:Q", scale=y, axis=None),
        y2="y2:Q",
    )
    marks = [
        source.mark_rule(color=COLOURS[colour], strokeWidth=4).encode(
            x=alt.X(f"{name}:Q", scale=x, axis=None), y=alt.Y("y:Q", scale=y, axis=None), y2="y2:Q"
        )
        for name, colour in (("compared", "weighted"), ("middle", "middle"))
    ]
    texts = source.mark_text(align="left", baseline="middle", fontSize=12, color=INK).encode(
        x=alt.value(width - room + 10), y=alt.Y("row:Q", scale=y, axis=None), text="text:N"
    )
    names = source.mark_text(
        align="left" if narrow else "right",
        baseline="middle",
        fontSize=12,
        color=INK,
        limit=width - 4 if narrow else gutter - 14,
    ).encode(
        x=alt.value(0 if narrow else gutter - 10),
        y=alt.Y("head:Q" if narrow else "row:Q", scale=y, axis=None),
        text="label:N",
    )
    return alt.layer(spans, *marks, texts, names).properties(width=width, height=high)
