"""A chart as inline SVG: no script, no outside resource, described in the page's language.

Each chart is drawn twice, for a desk and for a phone, because text in a scaled-down picture cannot
be read; CSS shows one of them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup, escape

from reporting.charts import NARROW, WIDE

FONT = "Arial, Liberation Sans, sans-serif"


@dataclass(frozen=True)
class Drawing:
    """One chart; ``description`` says in words what a person who does not see it would miss."""

    title: str
    description: str
    wide: Markup
    narrow: Markup


def draw(
    name: str,
    title: str,
    description: str,
    build: Callable[[int], alt.Chart],
    wide: int = WIDE,
) -> Drawing:
    """Render both widths; ``name`` is unique on the page."""
    desk, phone = (
        _svg(f"{name}-{size}", title, description, build(width))
        for size, width in (("w", wide), ("n", NARROW))
    )
    return Drawing(title, description, desk, phone)


def _svg(name: str, title: str, description: str, chart: alt.Chart) -> Markup:
    # aria off: Vega describes marks in English, the page has its own words in title and desc
    styled = chart.configure(aria=False, font=FONT, background="transparent", padding=1)
    spec: dict[str, Any] = styled.configure_view(stroke=None).to_dict()
    return Markup(_accessible(vl_convert.vegalite_to_svg(spec), name, title, description))  # noqa: S704


def _accessible(svg: str, name: str, title: str, description: str) -> str:
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    opening = re.match(r"<svg[^>]*>", body)
    view_box = re.search(r'viewBox="[^"]+"', body)
    assert opening is not None
    assert view_box is not None
    width = view_box[0].split()[2]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {view_box[0]} style="max-width:{width}px" '
        f'role="img" aria-label="{escape(title)}" aria-describedby="{name}-desc">'
        f'<title>{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        + body[opening.end() :]
    )
