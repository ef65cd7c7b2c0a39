"""One part of a cabinet's days, from VK to rows that replace what was loaded of them."""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ingestion.columns import Row
from ingestion.errors import AuthError
from ingestion.guards import VolumeGuard
from ingestion.sources.vk_ads.client import VkClient
from ingestion.sources.vk_ads.config import VkAdsSection
from ingestion.sources.vk_ads.days import Figures, Progress, Span, each_day, read_days
from ingestion.sources.vk_ads.objects import Kind
from ingestion.sources.vk_ads.settings import IDS_AT_ONCE, NOTHING

logger = logging.getLogger(__name__)

# How long it is remembered when an object was last shown: no reading goes back farther.
_REMEMBERED_DAYS = 1500


@dataclass
class Memory:
    """What earlier readings of a cabinet found out about its objects; lies beside the data."""

    ids: set[int]  # every one ever listed
    refused: set[int]  # those that VK does not answer for
    last_shown: dict[int, date]  # the last day on which something was loaded

    @classmethod
    def read(cls, state: dict[str, Any]) -> "Memory":
        shown = state.get("last_shown", {}).items()
        return cls(
            set(state.get("ids", [])),
            set(state.get("refused", [])),
            {int(number): date.fromisoformat(day) for number, day in shown},
        )

    def write(self, state: dict[str, Any], today: date) -> None:
        oldest = today - timedelta(days=_REMEMBERED_DAYS)
        state["ids"] = sorted(self.ids)
        state["refused"] = sorted(self.refused)
        state["last_shown"] = {
            str(number): day.isoformat()
            for number, day in sorted(self.last_shown.items())
            if day >= oldest
        }

    def learn(
        self, asked: Collection[int], found: Iterable[tuple[int, date]], unknown: set[int]
    ) -> None:
        self.refused = (self.refused - set(asked)) | unknown
        for number, day in found:
            self.last_shown[number] = max(day, self.last_shown.get(number, day))


class DailyLoad:
    """Statistics by day of one kind of objects.

    What is replaced is (cabinet, object, day) for every object that VK answers for; a row that VK
    has taken back is taken away. An object that VK does not know any more keeps its days.

    Args:
        remembers: ask for objects that are no longer listed too: campaigns, whose days are the
            money.
    """

    def __init__(
        self, kind: Kind, section: VkAdsSection, now: datetime, today: date, *, remembers: bool
    ) -> None:
        self._kind = kind
        self._section = section
        self._now = now
        self._today = today
        self._remembers = remembers

    def part(
        self, client: VkClient, listed: Collection[int], state: dict[str, Any], guard: VolumeGuard
    ) -> Iterator[list[Row]]:
        """Rows of the next part of the cabinet's days; moves ``state`` when all of it was read.

        Raises:
            VolumeDropError: settled days lost their rows.
        """
        progress = Progress.read(state)
        progress.begin(self._today, self._section.history_days, self._section.lookbacks)
        span, loaded = progress.take(), progress.loaded
        memory = Memory.read(state)
        ids = set(listed)
        if self._remembers:
            ids |= memory.ids
            memory.ids = ids
        # those that VK did not know are tried again where the reading goes far back anyway
        asked = sorted(ids if progress.is_deep else ids - memory.refused)
        counts = Counter(dict.fromkeys(each_day(span), 0))
        for start in range(0, len(asked), IDS_AT_ONCE):
            some = asked[start : start + IDS_AT_ONCE]
            found, unknown = self._read(client, some, span)
            memory.learn(some, found, unknown)
            counts.update(day for _, day in found)
            shown = {
                number: memory.last_shown.get(number, date.min)
                for number in some
                if number not in unknown
            }
            yield list(self._rows(client.cabinet, shown, found, span, loaded))
        yield list(self._markers(client.cabinet, counts, span, loaded))
        self._check(client.cabinet, listed, memory.refused)
        guarded = _guarded(client.cabinet, memory.refused)
        guard.check_days(guarded, counts, settled_before=self._today)
        progress.done(span)
        progress.write(state)
        memory.write(state, self._today)

    def _read(
        self, client: VkClient, ids: list[int], span: Span
    ) -> tuple[dict[tuple[int, date], Figures], set[int]]:
        items, unknown = client.days(self._kind.table, ids, *span)
        where = (
            f"vk_ads: cabinet {client.cabinet}: statistics of {self._kind.table} for "
            f"{span[0]} to {span[1]}"
        )
        return read_days(items, frozenset(ids), span, where), set(unknown)

    def _rows(
        self,
        cabinet: str,
        last_shown: Mapping[int, date],
        found: dict[tuple[int, date], Figures],
        span: Span,
        loaded: Span | None,
    ) -> Iterator[Row]:
        """Figures, and what takes loaded rows away where VK has none any more.

        Most objects are long dead: nothing was ever loaded of them after ``last_shown``.
        """
        for number in sorted(last_shown):
            for day in each_day(span):
                figures = found.get((number, day))
                if figures is not None:
                    yield {**self._row(cabinet, number, day), **figures, "is_empty_day": False}
                elif day <= last_shown[number] and _is_within(day, loaded):
                    yield self._gone(cabinet, number, day)

    def _markers(
        self, cabinet: str, counts: Counter[date], span: Span, loaded: Span | None
    ) -> Iterator[Row]:
        """A row for each day that has none: "asked, and there is nothing"."""
        for day in each_day(span):
            if not counts[day]:
                yield {**self._row(cabinet, NOTHING, day), "is_empty_day": True}
            elif _is_within(day, loaded):
                yield self._gone(cabinet, NOTHING, day)

    def _row(self, cabinet: str, number: int, day: date) -> Row:
        return {
            "cabinet": cabinet,
            "spend_on": day,
            self._kind.key: number,
            "is_provisional": day >= self._today,
            "is_gone": False,
            "requested_at": self._now,
        }

    def _gone(self, cabinet: str, number: int, day: date) -> Row:
        return {"cabinet": cabinet, "spend_on": day, self._kind.key: number, "is_gone": True}

    def _check(self, cabinet: str, listed: Collection[int], refused: set[int]) -> None:
        if not refused:
            return
        if listed and refused.issuperset(listed):
            raise AuthError(
                f"vk_ads: cabinet {cabinet}: VK lists {len(listed)} {self._kind.table} and gives "
                "statistics of none of them; the API access needs the right read_ads"
            )
        logger.warning(
            "vk_ads: cabinet %s: VK gives no statistics of %d %s (%s); their loaded days stay",
            cabinet,
            len(refused),
            self._kind.table,
            ", ".join(map(str, sorted(refused)[:5])),
        )


def _is_within(day: date, span: Span | None) -> bool:
    return span is not None and span[0] <= day <= span[1]


def _guarded(cabinet: str, refused: set[int]) -> str:
    """What the guard compares with: days of fewer objects are another list, not a shorter one."""
    return f"{cabinet}, {len(refused)} not answered for" if refused else cabinet
