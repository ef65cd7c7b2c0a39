"""Shapes of charts in Vega-Altair; they know numbers and words, nothing of the report.

Numbers are written beside the bars as the caller formatted them, so no axis needs a locale.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from reporting.palette import COLOURS, LIGHT

WIDE, NARROW = 900, 330
FULL = 1032  # the whole column of the page, for a bar whose length says nothing
INK, MUTED, LINE = "#1f2933", "#52606d", "#d5dbe1"


@dataclass(frozen=True)
class Bar:
    """A bar of one series; ``text`` is written at its end ("" for nothing)."""

    label: str
    series: str
    value: float
    text: str = ""


def bars(rows: Sequence[Bar], overlaid: bool, width: int) -> alt.LayerChart:  # noqa: FBT001
    """Horizontal bars, a label over each on a phone and beside it on a desk.

    Series of one label are drawn one over the other (``overlaid``, the first being the widest), or
    one under the other.
    """
    labels = list(dict.fromkeys(row.label for row in rows))
    place: dict[str, int] = dict.fromkeys(labels, -1)  # of a bar among those of its label
    own = {name: 1 if overlaid else sum(row.label == name for row in rows) for name in labels}
    narrow = width < WIDE
    lanes = max(own.values())
    thick, gap, head = (15 if lanes == 1 else 13), (9 if lanes == 1 else 8), (19 if narrow else 0)
    step = head + lanes * thick + gap
    data = []
    for row in rows:
        place[row.label] += 1
        lane = 0 if overlaid else place[row.label]
        # bars of a label with fewer of them than others stand in the middle of its row
        spare = 0 if narrow else (lanes - own[row.label]) * thick / 2
        top = labels.index(row.label) * step + head + spare + lane * thick
        inset = (0, 4, 6)[min(place[row.label], 2)] if overlaid else 0
        data.append(
            {
                "label": row.label,
                "value": row.value,
                "zero": 0,
                "end": max(row.value, 0),
                "text": row.text,
                "fill": COLOURS[row.series],
                "y": top + inset,
                "y2": top + thick - inset - (1 if lanes > 1 else 0),
                "middle": top + thick / 2,
                "head": labels.index(row.label) * step + head - 9,
                "row": labels.index(row.label) * step + head + lanes * thick / 2,
            }
        )
    gutter = 0 if narrow else 260
    room = 92 if narrow else 120  # for the text at a bar's end
    top_value = max([row.value for row in rows] + [0]) or 1
    low = min([row.value for row in rows] + [0])
    x = alt.Scale(domain=[low, top_value], range=[gutter, width - room], nice=False)
    y = alt.Scale(domain=[0, len(labels) * step], range=[0, len(labels) * step], nice=False)
    source = alt.Chart(alt.Data(values=data))
    heads = {d["label"]: d for d in data}.values()
    drawn = source.mark_bar().encode(
        x=alt.X("zero:Q", scale=x, axis=None),
        x2="value:Q",
        y=alt.Y("y:Q", scale=y, axis=None),
        y2="y2:Q",
        color=alt.Color("fill:N", scale=None),
    )
    ends = source.transform_filter("datum.text != ''").mark_text(
        align="left", dx=6, fontSize=12, color=INK, baseline="middle"
    )
    ends = ends.encode(
        x=alt.X("end:Q", scale=x, axis=None),
        y=alt.Y("middle:Q", scale=y, axis=None),
        text="text:N",
    )
    names = alt.Chart(alt.Data(values=list(heads))).mark_text(
        align="left" if narrow else "right",
        baseline="middle",
        fontSize=12,
        color=INK,
        limit=width - 4 if narrow else gutter - 14,
    )
    names = names.encode(
        x=alt.value(0 if narrow else gutter - 10),
        y=alt.Y("head:Q" if narrow else "row:Q", scale=y, axis=None),
        text="label:N",
    )
    return alt.layer(drawn, ends, names).properties(width=width, height=len(labels) * step)


def strip(parts: Sequence[Bar], width: int) -> alt.LayerChart:
    """One bar cut into the series, each part's text inside it where it fits."""
    whole = sum(max(part.value, 0) for part in parts) or 1
    data, left = [], 0.0
    for part in parts:
        size = max(part.value, 0) / whole * width
        fits = size >= 13 + 7 * len(part.text)
        light = part.series in LIGHT
        gap = 1.5 if left + size < width - 1 and size > 3 else 0
        data.append(
            {
                "x": left,
                "x2": left + size - gap,
                "middle": left + size / 2,
                "text": part.text if fits else "",
                "fill": COLOURS[part.series],
                "ink": INK if light else "#ffffff",
            }
        )
        left += size
    scale = alt.Scale(domain=[0, width], range=[0, width], nice=False)
    source = alt.Chart(alt.Data(values=data))
    blocks = source.mark_bar(height=36).encode(
        x=alt.X("x:Q", scale=scale, axis=None), x2="x2:Q", color=alt.Color("fill:N", scale=None)
    )
    texts = source.mark_text(fontSize=13, fontWeight="bold").encode(
        x=alt.X("middle:Q", scale=scale, axis=None),
        text="text:N",
        color=alt.Color("ink:N", scale=None),
    )
    return alt.layer(blocks, texts).properties(width=width, height=36)


def columns(
    rows: Sequence[Bar],
    labels: Sequence[str],
    ticks: Sequence[tuple[float, str]],
    low: float,
    width: int,
) -> alt.LayerChart:
    """Stacked columns over ``labels``, empty ones too; ``ticks`` are values with their words.

    The axis runs from ``low``, the depth of what is negative, to the last tick.
    """
    # keys as JavaScript spells numbers
    words = {f"{value:.15g}": word for value, word in ticks}
    order = {name: rank for rank, name in enumerate(COLOURS)}  # the best explained at the bottom
    values = [
        {"label": r.label, "value": r.value, "fill": COLOURS[r.series], "order": order[r.series]}
        for r in rows
    ]
    axis = alt.Axis(
        values=[value for value, _ in ticks],
        labelExpr=f"({_js(words)})['' + datum.value]",
        title=None,
        domain=False,
        ticks=False,
        gridColor=LINE,
        labelColor=MUTED,
        labelFontSize=11,
        labelPadding=6,
    )
    below = alt.Axis(
        title=None,
        ticks=False,
        domainColor=LINE,
        labelColor=MUTED,
        labelFontSize=11,
        labelPadding=6,
        labelAngle=-90 if width < WIDE or len(labels) > 14 else 0,
        labelOverlap=False,
    )
    domain = [min(low, 0), max(value for value, _ in ticks)]
    chart = alt.Chart(alt.Data(values=values)).mark_bar(stroke="#ffffff", strokeWidth=0.6)
    chart = chart.encode(
        x=alt.X(
            "label:N",
            sort=None,
            axis=below,
            scale=alt.Scale(domain=list(labels), paddingInner=0.28),
        ),
        y=alt.Y("value:Q", stack="zero", axis=axis, scale=alt.Scale(domain=domain, nice=False)),
        color=alt.Color("fill:N", scale=None),
        order="order:Q",
    )
    return alt.layer(chart).properties(width=width - 70, height=190)


def _js(words: dict[str, str]) -> str:
    # inside a Vega expression, which is evaluated here while drawing and never reaches the page
    return json.dumps(words, ensure_ascii=False)
