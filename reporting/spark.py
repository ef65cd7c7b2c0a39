"""A line the size of a word: how a score went, drawn by hand, for a chart engine is too slow."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from reporting.i18n import Wording
from reporting.view.scores import ScorePoint

WIDTH, HEIGHT, EDGE = 92, 24, 3
LEAST = Decimal("0.1")  # of the axis: smaller swings are not to look like cliffs


def spark(wording: Wording, points: Sequence[ScorePoint]) -> Markup:
    """Empty where fewer than two days have a score; days stand evenly, whatever lies between."""
    known = [(point.on, point.score.value) for point in points if point.score.value is not None]
    if len(known) < 2:
        return Markup("")
    values = [value for _, value in known]
    low, high = min(values), max(values)
    middle, span = (low + high) / 2, max(high - low, LEAST)
    step = Decimal(WIDTH - 2 * EDGE) / (len(known) - 1)
    places = [
        (EDGE + step * number, EDGE + (middle + span / 2 - value) / span * (HEIGHT - 2 * EDGE))
        for number, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    said = "; ".join(f"{wording.day(on)}: {wording.percent(value)}" for on, value in known)
    return Markup(
        '<svg class="spark" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}"'
        ' height="{h}" role="img" aria-label="{said}"><title>{said}</title>'
        '<polyline points="{line}" fill="none" stroke="#1d4e79" stroke-width="1.8"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
        '<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="#1d4e79"/></svg>'
    ).format(w=WIDTH, h=HEIGHT, said=said, line=line, x=places[-1][0], y=places[-1][1])
