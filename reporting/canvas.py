"""A sheet of text and boxes for pictures, drawn by Vega-Altair in pixels from the top left."""

from dataclasses import dataclass, field
from typing import Any

import altair as alt
import vl_convert

# vl-convert brings this font with it, so that a picture is the same on every machine. It has no
# sign of the rouble: a line with one would be drawn in whatever font has it.
FONT = "Liberation Sans"


@dataclass
class Canvas:
    """Collects shapes; ``height`` may grow while it is drawn on."""

    width: int
    height: float = 0
    _boxes: list[dict[str, Any]] = field(default_factory=list)
    _texts: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        shape = {"x": x, "y": y, "x2": x + max(width, 0), "y2": y + height, "fill": fill}
        self._boxes.append(shape)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        colour: str,
        *,
        is_bold: bool = False,
        align: str = "left",
        limit: float = 0,
    ) -> None:
        """``y`` is the line the letters stand on; longer than ``limit`` ends in an ellipsis."""
        style = {
            "fontSize": size,
            "color": colour,
            "align": align,
            "fontWeight": "bold" if is_bold else "normal",
            "limit": limit or self.width,
        }
        self._texts.append((style, {"x": x, "y": y, "words": words}))

    def png(self, scale: float) -> bytes:
        x = alt.X("x:Q", axis=None, scale=self._scale(self.width))
        y = alt.Y("y:Q", axis=None, scale=self._scale(self.height))
        boxes = alt.Chart(alt.Data(values=self._boxes)).mark_bar(stroke=None)
        layers = [
            boxes.encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=alt.Color("fill:N", scale=None))
        ]
        for style, line in self._texts:
            chart = alt.Chart(alt.Data(values=[line])).mark_text(baseline="alphabetic", **style)
            layers.append(chart.encode(x=x, y=y, text="words:N"))
        sheet = alt.layer(*layers).properties(width=self.width, height=self.height)
        styled = sheet.configure(font=FONT, background="#ffffff", padding=0)
        spec: dict[str, Any] = styled.configure_view(stroke=None).to_dict()
        return bytes(vl_convert.vegalite_to_png(spec, scale=scale))

    @staticmethod
    def _scale(size: float) -> alt.Scale:
        return alt.Scale(domain=[0, size], range=[0, size], nice=False, zero=False)
