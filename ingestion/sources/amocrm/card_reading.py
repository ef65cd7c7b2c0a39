"""What of a list of cards a round reads: a part of the first load, edits, a part of a full scan.

The first load and the scan go by windows, one a round, each committed on its own: a crash repeats
one window at most. From then on a run reads edits from the latest down, and once in so many days
the whole list by id beside that: dates written backwards, edits that were lost and rights that were
withheld leave no other trace.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Any

from ingestion.http import Clock
from ingestion.sources.amocrm.client import AmocrmClient, Params
from ingestion.sources.amocrm.config import AmocrmSection
from ingestion.sources.amocrm.fields import Item, created_at, updated_at
from ingestion.sources.amocrm.id_windows import BY_ID, TRIES, by_id, newest_deleted
from ingestion.sources.amocrm.parsing import parse_page
from ingestion.sources.amocrm.progress import Progress
from ingestion.sources.amocrm.settings import LIST_LIMIT
from ingestion.sources.amocrm.time_windows import EVENTS_BEGIN, FOREVER, TimedList, by_time
from ingestion.sources.amocrm.walks import edited

logger = logging.getLogger(__name__)

DAY = 86_400
State = dict[str, Any]


class CardReading:
    """One round over one list of one account.

    Args:
        path: of the list, and the name of its items.
        state: the account's part of the resource's state: ``watermark`` of edits, ``scanned_at``,
            and while there is one, ``walk``: a first load or a scan that is under way.
        now: the round's moment, unix seconds.
        ended: called with a walk that has just ended, before anything is said to be done.
    """

    def __init__(
        self,
        client: AmocrmClient,
        path: str,
        params: Params,
        state: State,
        now: int,
        section: AmocrmSection,
        clock: Clock,
        ended: Callable[[State], None],
    ) -> None:
        self._client = client
        self._path = path
        self._params = params
        self._state = state
        self._now = now
        self._section = section
        self._clock = clock
        self._ended = ended
        self._last = 0  # when the last card read was created
        self.since = 0  # what the scan finds older than this, edits have missed
        self.is_scanning = False

    def pages(self) -> Iterator[list[Item]]:
        """Pages of items; while ``is_scanning`` they come from a scan.

        An empty page is a full stop: what came before it is to be dealt with before going on.
        """
        state = self._state
        if "watermark" in state:
            yield from self._edits()
            is_due = self._now - state.get("scanned_at", 0) >= self._section.full_scan_days * DAY
            if is_due and "walk" not in state:
                self._begin("scan")
        elif "walk" not in state:
            self._begin("first")
        if "walk" in state:
            yield from self._window(state["walk"])

    @property
    def is_under_way(self) -> bool:
        """Whether another round has to go on."""
        return "walk" in self._state

    def _begin(self, kind: str) -> None:
        by = "time" if kind == "first" and self._client.account().has_filter else "id"
        walk = {"kind": kind, "by": by, "began": self._now, "place": {}}
        self._state["walk"] = walk | {"pages": 0, "rows": 0, "seen": 0, "rounds": 0}

    def _edits(self, *, is_after_walk: bool = False) -> Iterator[list[Item]]:
        state = self._state
        self.since = max(0, state["watermark"] - self._section.overlap_minutes * 60)
        most = self._section.pages_per_commit
        done = yield from edited(
            *(self._client, self._path, self._params, self.since, most),
            known=state["watermark"],
        )
        if done.is_whole:
            state["watermark"] = max(state["watermark"], min(done.latest, self._now))
        elif not is_after_walk and "walk" not in state:
            # something has edited everything: by id, in windows, that survives a crash
            logger.info("amoCRM: %s: more edits than fit into a round; reading all", self._path)
            self._begin("all")

    def _window(self, walk: State) -> Iterator[list[Item]]:
        self.is_scanning = walk["kind"] == "scan"
        progress = Progress(self._path, self._clock, walk, self._share_read)
        read = self._by_time if walk["by"] == "time" else self._by_id
        for items in read(walk):
            walk["pages"] += 1
            walk["rows"] += len(items)
            walk["seen"] = max(walk["seen"], *map(updated_at, items))
            self._last = max(map(created_at, items))
            progress.report()
            yield items
        yield []
        self.is_scanning = False
        walk["rounds"] += 1
        if not walk["place"]["is_end"]:
            return
        progress.report(is_end=True)
        self._ended(walk)
        del self._state["walk"]
        if walk["kind"] != "scan":
            self._state["watermark"] = min(walk["began"], walk["seen"])
            if not walk["seen"]:
                del self._state["watermark"]  # nothing is there yet: begin again
        self._state |= {"scanned_at": walk["began"], "listed": walk["rows"]}
        if walk["rounds"] > 1 and "watermark" in self._state:
            # what was edited while the walk lasted; the next run goes on where this one stops
            yield from self._edits(is_after_walk=True)

    def _by_id(self, walk: State) -> Iterator[list[Item]]:
        most = self._section.pages_per_commit
        return by_id(self._client, self._path, self._params, walk["place"], most)

    def _by_time(self, walk: State) -> Iterator[list[Item]]:
        """Windows of creation: unlike edits, nothing leaves them while they are read."""
        params = [*self._params, *BY_ID]
        feed = TimedList(self._path, self._path, params, "created_at", LIST_LIMIT, parse_page)
        begin = self._client.account().created_at or EVENTS_BEGIN
        place = {"low": 1, "width": max(1, begin - 1), "tries": 0} | walk["place"]
        newest = newest_deleted(self._client, self._path)
        before = dict(place)
        most = self._section.pages_per_commit
        for items in by_time(self._client, feed, place, FOREVER, most, open_from=self._now):
            yield items
            if place.get("is_ignored"):
                logger.info("amoCRM: %s: the filter is ignored; reading by id", self._path)
                walk |= {"by": "id", "place": {"is_end": False}}
                return
        is_sure = newest_deleted(self._client, self._path) == newest
        if is_sure or place["tries"] + 1 >= TRIES:
            walk["place"] = place | {"tries": 0}
        else:
            walk["place"] = before | {"tries": place["tries"] + 1, "is_end": False}

    def _share_read(self, walk: State) -> float:
        """How much of a walk is behind, 0 to 1: ids and windows follow the time of creation."""
        if self.is_scanning and self._state.get("listed"):
            return min(1.0, float(walk["rows"] / self._state["listed"]))
        begin = self._client.account().created_at or EVENTS_BEGIN
        return min(1.0, max(0.0, (self._last - begin) / max(1, self._now - begin)))
