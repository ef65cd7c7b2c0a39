"""Lines of a message, and the three forms they are sent in.

What comes from a CRM (names of deals, people, stages) is text in every form: HTML is escaped, and
marks that would turn the rest of a line around are taken away or kept inside the name.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from reporting.sections.links import safe_link

_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# embeddings, overrides and isolates: their reach goes beyond the name they stand in
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


@dataclass(frozen=True)
class Span:
    """Words of one look; ``url`` makes them a link."""

    text: str
    is_bold: bool = False
    url: str | None = None


Line = tuple[Span, ...]


def name(text: str, limit: int = 120) -> str:
    """A name out of the data as it may stand in a line."""
    kept = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
        for sign in text
        if ord(sign) not in _BIDI and not 0xD800 <= ord(sign) <= 0xDFFF
    )
    said = " ".join(kept.split())
    if len(said) > limit:
        said = said[: limit - 1] + "…"
    if any(unicodedata.bidirectional(sign) in ("R", "AL", "RLE", "RLO") for sign in said):
        return f"{_ISOLATE}{said}{_END}"
    return said


def plain(lines: Iterable[Line]) -> str:
    """The lines without any markup; addresses stand behind their words."""
    return "\n".join("".join(_plain(span) for span in line) for line in lines)


def html(lines: Iterable[Line]) -> str:
    """The lines in the few tags that Telegram knows, which are good in a mail as well."""
    return "\n".join("".join(_html(span) for span in line) for line in lines)


def length(line: Line) -> int:
    """How long a line is to Telegram: UTF-16 units of what is left when tags are read."""
    return sum(len(span.text.encode("utf-16-le")) // 2 for span in line)


def pages(lines: Iterable[Line], limit: int) -> Iterator[tuple[Line, ...]]:
    """The lines in as many messages as they need; a line that is too long alone is cut."""
    page: list[Line] = []
    used = 0
    for line in lines:
        fitting = line if length(line) <= limit else _cut(line, limit)
        more = length(fitting) + 1
        if page and used + more > limit + 1:
            yield tuple(page)
            page, used = [], 0
        page.append(fitting)
        used += more
    if page:
        yield tuple(page)


def _plain(span: Span) -> str:
    link = safe_link(span.url)
    return f"{span.text} ({link})" if link else span.text


def _html(span: Span) -> str:
    text, link = escape(span.text), safe_link(span.url)
    if link:
        text = f'<a href="{escape(link)}">{text}</a>'
    return f"<b>{text}</b>" if span.is_bold else text


def _cut(line: Line, limit: int) -> Line:
    text = "".join(span.text for span in line)
    while len(text.encode("utf-16-le")) // 2 > limit - 1:
        text = text[: max(len(text) - 1, 1) if len(text) <= limit else limit]
    return (Span(f"{text}…"),)
