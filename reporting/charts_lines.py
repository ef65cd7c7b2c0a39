"""Lines over whole steps: how something gathers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from reporting.charts import LINE, MUTED, WIDE
from reporting.palette import COLOURS

_DASHES = {"line_1": [1, 0], "line_2": [6, 3], "line_3": [2, 2], "line_4": [9, 3, 2, 3]}
_HEIGHT = 230


@dataclass(frozen=True)
class Line:
    """``points`` are (step, value); lines are told apart by colour and by their dashes."""

    series: str
    points: Sequence[tuple[int, float]]


def lines(
    rows: Sequence[Line],
    ticks: Sequence[tuple[float, str]],
    level: float,
    below: str,
    width: int,
) -> alt.LayerChart:
    """Lines against ``level``; ``ticks`` as in ``columns``, ``below`` names the steps."""
    steps = [step for row in rows for step, _ in row.points]
    values = [value for row in rows for _, value in row.points]
    tick_values = [value for value, _ in ticks]
    words = json.dumps({f"{value:.15g}": word for value, word in ticks}, ensure_ascii=False)
    apart = 1 if width >= WIDE else 3
    x = alt.X(
        "step:Q",
        scale=alt.Scale(domain=[0, max([*steps, 1])], nice=False),
        axis=alt.Axis(
            values=list(range(0, max([*steps, 1]) + 1, apart)),
            title=below,
            titleColor=MUTED,
            titleFontSize=12,
            titleFontWeight="normal",
            format="d",
            grid=False,
            ticks=False,
            domainColor=LINE,
            labelColor=MUTED,
            labelFontSize=11,
            labelPadding=6,
        ),
    )
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[min([*values, 0]), max([*values, *tick_values])], nice=False),
        axis=alt.Axis(
            values=tick_values,
            # inside a Vega expression, evaluated here while drawing: it never reaches the page
            labelExpr=f"({words})['' + datum.value]",
            title=None,
            domain=False,
            ticks=False,
            gridColor=LINE,
            labelColor=MUTED,
            labelFontSize=11,
            labelPadding=6,
        ),
    )
    drawn = [
        alt.Chart(alt.Data(values=[{"step": s, "value": v} for s, v in row.points]))
        .mark_line(
            color=COLOURS[row.series],
            strokeWidth=2.5,
            strokeDash=_DASHES.get(row.series, [1, 0]),
            point=alt.OverlayMarkDef(color=COLOURS[row.series], size=22),
        )
        .encode(x=x, y=y)
        for row in rows
    ]
    rule = (
        alt.Chart(alt.Data(values=[{"value": level}]))
        .mark_rule(color=COLOURS["level"], strokeWidth=1.5)
        .encode(y=y)
    )
    return alt.layer(rule, *drawn).properties(width=width - 72, height=_HEIGHT)
