"""The tables of ``raw_yandex_direct`` as dlt resources over one run's cabinets."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, timedelta
from functools import partial
from typing import Any

import dlt

from ingestion import rounds
from ingestion.columns import Row
from ingestion.guards import VolumeGuard
from ingestion.settings import Settings
from ingestion.sources.yandex_direct import lists
from ingestion.sources.yandex_direct import settings as tables
from ingestion.sources.yandex_direct.cabinets import Cabinets
from ingestion.sources.yandex_direct.client import DirectClient
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.daily import Asked, read_report
from ingestion.sources.yandex_direct.owners import Cabinet
from ingestion.sources.yandex_direct.passes import Progress, Span
from ingestion.sources.yandex_direct.reports import ReportKind, fetch_parts, fetch_report

Rows = Iterator[list[Row]]
ListBelow = Callable[[DirectClient, list[int]], Iterator[dict[str, Any]]]


class Loader:
    """What one run loads; every method is a resource's generator of rows."""

    def __init__(self, settings: Settings, cabinets: Cabinets) -> None:
        self._settings = settings
        self._section = settings.section(YandexDirectSection)
        self._cabinets = cabinets

    def cabinets(self) -> Iterator[Any]:
        """Whose figures are loaded."""
        yield dlt.mark.materialize_table_schema()
        seen_at = self._settings.now()
        yield [
            {
                "login": cabinet.login,
                "name": cabinet.name or None,
                "agency_login": cabinet.agency or None,
                "last_seen_at": seen_at,
            }
            for cabinet in self._cabinets.all()
        ]

    def campaigns(self) -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()  # the table exists even for an empty cabinet
        state = dlt.current.resource_state()
        guard = VolumeGuard(tables.NAME, "campaigns", state, self._settings)
        for cabinet in self._cabinets.all():
            rows = self._campaigns(cabinet)
            # in all states, so that a shorter list is a lost right rather than a tidy cabinet
            guard.check_total(cabinet.login, len(rows))
            yield rows

    def campaign_names(self) -> Iterator[Any]:
        """Present names; what differs from the last known one becomes a new version."""
        yield dlt.mark.materialize_table_schema()
        for cabinet in self._cabinets.all():
            yield [
                {name: row[name] for name in tables.CAMPAIGN_NAME_COLUMNS}
                for row in self._campaigns(cabinet)
            ]

    def below(
        self, list_items: ListBelow, to_row: Callable[[dict[str, Any]], Row], service: str
    ) -> Iterator[Any]:
        """Groups or ads of every campaign; of an archived one once, for it cannot change."""
        yield dlt.mark.materialize_table_schema()
        archived: dict[str, list[int]] = dlt.current.resource_state().setdefault("archived", {})
        seen_at = self._settings.now()
        for cabinet in self._cabinets.all():
            states = {row["campaign_id"]: row["state"] for row in self._campaigns(cabinet)}
            known = set(archived.get(cabinet.login, []))
            asleep = {one for one, state in states.items() if state == "ARCHIVED"}
            with self._cabinets.client(cabinet) as client, client.documented(service):
                ids = [one for one in states if one not in asleep & known]
                rows = [to_row(item) for item in list_items(client, ids)]
            common = {"login": cabinet.login, "last_seen_at": seen_at}
            yield [{**common, **row} for row in rows]
            archived[cabinet.login] = sorted(asleep)

    def daily(self, kind: ReportKind) -> Iterator[Any]:
        """Figures by day; whole (login, day) partitions replace what was loaded of them."""
        yield dlt.mark.materialize_table_schema()
        # committed together with the rows: an interrupted load asks for the same days again
        state = dlt.current.resource_state()
        guard = VolumeGuard(tables.NAME, kind.table, state, self._settings)
        kept: dict[str, dict[str, str]] = state.setdefault("progress", {})
        today = self._settings.now().astimezone(tables.ZONE).date()
        found = {one.login: Progress.of_state(kept.get(one.login)) for one in self._cabinets.all()}
        is_continued = any(progress.pass_next for progress in found.values())
        is_unfinished = False
        for cabinet in self._cabinets.all():
            progress = found[cabinet.login]
            if is_continued and not progress.pass_next and progress.asked_on == today:
                continue  # an earlier round of this run has done it
            with self._cabinets.client(cabinet) as client:
                if progress.pass_next is None:
                    progress = self._begin(client, cabinet, progress, today)
                spans, progress = progress.round(today, self._section)
                counts: dict[date, int] = {}
                for rows in self._days(client, cabinet, kind, spans, today):
                    counts[rows[0]["spend_on"]] = sum(not row["is_empty_day"] for row in rows)
                    yield rows
            settled_before = today - timedelta(days=tables.SETTLING_DAYS)
            guard.check_days(cabinet.login, counts, settled_before)
            kept[cabinet.login] = progress.to_state()
            is_unfinished = is_unfinished or progress.pass_next is not None
        rounds.unfinished(state, is_unfinished)

    def _begin(
        self, client: DirectClient, cabinet: Cabinet, progress: Progress, today: date
    ) -> Progress:
        yesterday = self._settings.now().astimezone(UTC) - timedelta(days=1)
        since = progress.since or yesterday.strftime("%Y-%m-%dT%H:%M:%SZ")
        ids = [row["campaign_id"] for row in self._campaigns(cabinet)]
        # before the reports: what changes while they are built is told next time
        changed = lists.changed(client, ids, since)
        return progress.begin(today, self._section, changed)

    def _days(
        self,
        client: DirectClient,
        cabinet: Cabinet,
        kind: ReportKind,
        spans: list[Span],
        today: date,
    ) -> Rows:
        # every campaign of a cabinet has the same currency; None while there is no campaign
        currencies = [row["currency"] for row in self._campaigns(cabinet)]
        currency = next(filter(None, currencies), None)
        asked = Asked(cabinet.login, currency, today, self._settings.now())
        fetch = partial(fetch_report, client, kind, self._cabinets.run_id)
        for span in spans:
            for part, text in fetch_parts(fetch, *span):
                yield from read_report(text, kind, part, asked)

    def _campaigns(self, cabinet: Cabinet) -> list[Row]:
        return self._cabinets.campaigns(cabinet, self._settings.now())
