"""Reads a rendered page back: tables as people see them, links, and every visible word."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "input", "img"}


@dataclass
class Table:
    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)
    unscoped: int = 0

    def row(self, *starts: str) -> list[str]:
        """The only row whose first cell is made of these words."""
        found = [row for row in self.rows if row[0].split() == " ".join(starts).split()]
        assert len(found) == 1, (starts, [row[0] for row in self.rows])
        return found[0]


class Page(HTMLParser):
    """Parsed page; fails on tags that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Table] = []
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self._open: list[str] = []
        self._quiet = 0
        self.feed(html)
        assert self._open == [], self._open

    def table(self, caption: str) -> Table:
        found = [table for table in self.tables if table.caption.startswith(caption)]
        assert len(found) == 1, (caption, [table.caption for table in self.tables])
        return found[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = {name: value or "" for name, value in attrs}
        self.attributes += [(tag, name, value) for name, value in named.items()]
        if "id" in named:
            self.ids.append(named["id"])
        if tag in _VOID:
            return
        self._open.append(tag)
        if tag == "a":
            self.links.append((named.get("href", ""), ""))
        elif tag == "table":
            self.tables.append(Table())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in ("td", "th"):
            self.tables[-1].rows[-1].append("")
            self.tables[-1].unscoped += tag == "th" and "scope" not in named
        # marks of notes and words for screen readers are not part of a number
        if tag == "sup" or named.get("class") == "unseen":
            self._quiet = len(self._open)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open, tag
        assert self._open[-1] == tag, (self._open, tag)
        if self._quiet == len(self._open):
            self._quiet = 0
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.words.append(data)
        if self._quiet:
            return
        if "a" in self._open:
            href, text = self.links[-1]
            self.links[-1] = (href, text + data)
        if "caption" in self._open:
            self.tables[-1].caption += data
        elif "td" in self._open or "th" in self._open:
            self.tables[-1].rows[-1][-1] += data
