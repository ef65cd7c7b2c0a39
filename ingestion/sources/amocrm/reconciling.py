"""What a full scan found that edits had not told: new, changed and vanished cards."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa

from ingestion import rounds
from ingestion.columns import Row
from ingestion.sources.amocrm.more_base import AccountReader, Rows, State
from ingestion.sources.amocrm.stored import Missing, Stored

logger = logging.getLogger(__name__)

KEYS = {"leads": "lead_id", "contacts": "contact_id", "companies": "company_id"}
# Deals that a scan did not list are asked for one by one: a row that slipped between two pages
# answers. More of them than this are lost rights rather than slipped rows.
ASKED_BY_ID = 250


class Reconciling(AccountReader):
    """``reconciliations`` and ``missing_leads``: read in the round after the one that ends a scan.

    Only then the warehouse holds everything the scan, the basket and the feed of events brought.
    """

    _missing: list[Missing] | None = None
    _answered = 0
    _just_announced: frozenset[str] = frozenset()

    def _compare(self, path: str, batch: pa.Table, since: int) -> None:
        """Count what a batch of a scan has and the warehouse has not."""
        new, changed = self._stored.compare(path, KEYS[path], batch, since)
        walk = self._state(path).get("walk")
        if walk is not None:
            walk["found_new"] = walk.get("found_new", 0) + new
            walk["found_changed"] = walk.get("found_changed", 0) + changed

    def _announce(self, path: str, walk: State) -> None:
        """A scan has ended; the next round tells what it found."""
        self._just_announced |= {path}
        for judge in ("reconciliations", "missing_leads"):
            state = self._state(judge)
            state.setdefault("pending", {})[path] = walk | {"place": {}, "ended": self._unix_now}
            rounds.unfinished(state, True)

    def reconciliations(self) -> Rows:
        state = self._state("reconciliations")
        for path, walk in self._judged(state):
            row = self._reconciliation(path, walk)
            logger.info(
                "amoCRM: full scan of %s: %d rows; edits had missed %d new and %d changed; "
                "%d of the stored ones are not listed any more",
                *(path, row["listed"], row["found_new"], row["found_changed"], row["vanished"]),
            )
            yield [row]

    def missing_leads(self) -> Rows:
        """Deals that vanished without a tombstone; their rows in ``leads`` stay as they are."""
        state = self._state("missing_leads")
        for path, walk in self._judged(state):
            if path == "leads":
                yield self._missing_rows(_moment(walk["began"]))

    def _judged(self, state: State) -> Iterator[tuple[str, State]]:
        """Scans whose rows are in the warehouse by now; each is taken off the list."""
        pending = state.get("pending", {})
        for path in [path for path in pending if path not in self._just_announced]:
            yield path, pending[path]
            del pending[path]
        rounds.unfinished(state, bool(pending))

    def _reconciliation(self, path: str, walk: State) -> Row:
        began = _moment(walk["began"])
        if path == "leads":
            vanished = len(self._find_missing(began))
        else:
            vanished = self._stored.count_unseen(path, began)
        return {
            "account_id": self._account_id,
            "list_name": path,
            "began_at": began,
            "ended_at": _moment(walk["ended"]),
            "pages": walk["pages"],
            "listed": walk["rows"],
            "found_new": walk.get("found_new", 0),
            "found_changed": walk.get("found_changed", 0),
            "vanished": vanished,
            "answered_by_id": self._answered if path == "leads" else 0,
        }

    def _missing_rows(self, began: datetime) -> list[Row]:
        known = self._stored.known_missing()
        missing = {found.lead_id: found for found in self._find_missing(began)}
        rows: list[Row] = []
        for lead_id, found in missing.items():
            before = known.get(lead_id)
            is_anew = before is None or before["found_again_at"] is not None
            rows.append(
                {
                    "account_id": self._account_id,
                    "lead_id": lead_id,
                    "reason": "unknown" if found.merged_at is None else "merged",
                    "missed_at": began if before is None or is_anew else before["missed_at"],
                    "last_seen_at": found.last_seen_at,
                    "merged_at": found.merged_at,
                    "found_again_at": None,
                }
            )
        for lead_id, before in known.items():
            if lead_id not in missing and before["found_again_at"] is None:
                found_again = {"account_id": self._account_id, "found_again_at": self.now}
                rows.append(before | found_again)
        if missing:
            logger.warning(
                "amoCRM: %d deals vanished without being deleted (%s …); they are kept, and listed "
                "in missing_leads",
                *(len(missing), ", ".join(map(str, list(missing)[:5]))),
            )
        return rows

    def _find_missing(self, began: datetime) -> list[Missing]:
        """Deals that are not listed and do not answer, either."""
        if self._missing is None:
            found = self._stored.missing_leads(began)
            asked = found if len(found) <= ASKED_BY_ID else []
            answering = {
                one.lead_id
                for one in asked
                if (self.client.get(f"leads/{one.lead_id}") or {}).get("is_deleted") is False
            }
            self._answered = len(answering)
            self._missing = [one for one in found if one.lead_id not in answering]
        return self._missing

    @property
    def _stored(self) -> Stored:
        return Stored(self.settings.warehouse_path, self._account_id)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
