"""amoCRM's query strings: PHP brackets, comma lists, and lenience towards everything else."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode


@dataclass(frozen=True)
class Span:
    """A closed range of unix seconds; None on a side means open."""

    low: float | None = None
    high: float | None = None

    def holds(self, value: float | None) -> bool:
        """Whether the moment lies inside; a missing moment never does."""
        if value is None:
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


class Query:
    """One request's parameters."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.pairs = parse_qsl(raw, keep_blank_values=True)
        self._last = dict(self.pairs)

    def one(self, name: str) -> str | None:
        """A plain parameter; the last wins, as in PHP."""
        return self._last.get(name)

    def many(self, name: str) -> list[str]:
        """A list written ``name[]=a&name[]=b``, ``name[0]=a`` or ``name=a,b``."""
        found = []
        for key, value in self.pairs:
            if key == name or (key.startswith(f"{name}[") and key.endswith("]")):
                found += [part for part in value.split(",") if part]
        return found

    def span(self, name: str) -> Span | None:
        """A range written ``name[from]`` / ``name[to]`` or ``name=from,to``; None where absent."""
        low, high = self.one(f"{name}[from]"), self.one(f"{name}[to]")
        comma = self.one(name)
        if low is None and high is None and comma and "," in comma:
            low, _, high = comma.partition(",")
        if low is None and high is None:
            return None
        return Span(_number(low), _number(high))

    def number(self, name: str, default: int) -> int:
        """A positive whole number; anything else falls back to the default."""
        text = self.one(name) or ""
        return int(text) if text.isdecimal() and int(text) > 0 else default

    def order(self, allowed: frozenset[str], default: str = "id") -> tuple[str, bool]:
        """(field, is descending) of ``order[field]=desc`` or ``order=field``; others: ignored."""
        for key, value in self.pairs:
            if key == "order" and value in allowed:
                return value, False
            if key.startswith("order[") and key[6:-1] in allowed:
                return key[6:-1], value.lower() == "desc"
        return default, False

    @property
    def with_(self) -> frozenset[str]:
        """The embedded parts asked for."""
        return frozenset(self.many("with"))

    @property
    def has_filter(self) -> bool:
        """Whether any filter was asked for."""
        return any(key.startswith("filter") for key, _ in self.pairs)

    def without_page(self) -> str:
        """What identifies one walk over the pages."""
        return urlencode([pair for pair in self.pairs if pair[0] != "page"])

    def at_page(self, page: int, *, bare: bool) -> str:
        """The query of another page of the walk; ``bare`` forgets all but page and limit."""
        kept = [p for p in self.pairs if p[0] != "page" and (not bare or p[0] == "limit")]
        return urlencode([("page", str(page)), *kept])


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None  # fractions of a second are accepted
    except ValueError:
        return None
