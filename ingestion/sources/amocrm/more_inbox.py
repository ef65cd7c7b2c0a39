"""Notes, incoming inquiries and talks."""

import logging
from collections.abc import Iterator

import pyarrow as pa

from ingestion import rounds
from ingestion.http import parse_json
from ingestion.sources.amocrm.arrow_rows import as_arrow
from ingestion.sources.amocrm.fields import Item
from ingestion.sources.amocrm.id_walk import IdWalk, is_under_way
from ingestion.sources.amocrm.more_base import AccountReader, Rows
from ingestion.sources.amocrm.note_rows import note_moment, note_row
from ingestion.sources.amocrm.settings_more import MORE_TABLES
from ingestion.sources.amocrm.talk_rows import TalkQueue, talk_row
from ingestion.sources.amocrm.unsorted_rows import unsorted_row

logger = logging.getLogger(__name__)

TALKS_PER_PAGE = 50


class InboxReader(AccountReader):
    def notes(self) -> Iterator[pa.Table]:
        """Calls, letters and remarks; a call may lie on the contact or the company."""
        state, account_id = self._state("notes"), self._account_id
        for entity_type in self._entity_types():
            own = state.setdefault(entity_type, {})
            walk = IdWalk(
                *(f"{entity_type}/notes", "notes", note_moment, self._unix_now),
                overlap=self.section.overlap_minutes * 60,
                wide_every=self.section.full_scan_days * 86_400,
                pages_per_round=self.section.pages_per_commit,
            )
            for items in walk.edited(self.client, own):
                rows = [note_row(item, account_id, entity_type) for item in items]
                yield as_arrow(MORE_TABLES["notes"], rows)
        walks = [part for part in state.values() if isinstance(part, dict)]
        rounds.unfinished(state, any(map(is_under_way, walks)))

    def unsorted(self) -> Rows:
        """The whole list; an inquiry that has left it stays in the table."""
        count, path = 0, "leads/unsorted"
        for items in self._allowed(path, "unsorted"):
            count += len(items)
            yield [unsorted_row(item, self._account_id, self.now) for item in items]
        self._listed("unsorted", path, count)

    def saw_events(self, events: list[Item]) -> None:
        """Take note of the talks that new events tell of: nothing else tells of them."""
        self._talk_queue().saw(events)

    def talks(self) -> Rows:
        """Talks with news, at most so many a run; the rest wait in the state."""
        queue, found = self._talk_queue(), []
        for talk_id in queue.due(self.section.talks_per_run):
            item = self._talk(talk_id)
            queue.asked(talk_id)
            if item is not None:
                found.append(talk_row(item, self._account_id, self.now))
            if len(found) == TALKS_PER_PAGE:
                yield found
                found = []
        yield found
        if len(queue):
            logger.info("amoCRM: %d talks are left for the next runs", len(queue))

    def _talk(self, talk_id: int) -> Item | None:
        """One talk; None for one that is gone."""
        path = f"/api/v4/talks/{talk_id}"
        answer = self.client.http.request("GET", path, accept=(200, 204, 404))
        if answer.status_code != 200 or not answer.content:
            return None
        item: Item = parse_json(answer)
        return item

    def _talk_queue(self) -> TalkQueue:
        return TalkQueue(self._state("talks"), self._unix_now)
