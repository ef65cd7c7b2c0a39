"""dlt resources of amoCRM: which walk feeds which table, through which row mapping."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract import DltResource

from ingestion import rounds
from ingestion.guards import VolumeGuard
from ingestion.http import SYSTEM_CLOCK, Clock, ForbiddenError
from ingestion.settings import Settings
from ingestion.sources.amocrm import cards, rows, walks
from ingestion.sources.amocrm.arrow_rows import as_arrow
from ingestion.sources.amocrm.batches import Batch, Column, bulk_reading
from ingestion.sources.amocrm.card_reading import DAY, CardReading, State
from ingestion.sources.amocrm.client import AmocrmClient, Params
from ingestion.sources.amocrm.cursor import Cursor
from ingestion.sources.amocrm.event_rows import event_row
from ingestion.sources.amocrm.fields import Item, updated_at
from ingestion.sources.amocrm.id_walk import IdWalk, is_under_way
from ingestion.sources.amocrm.more import MoreExtraction
from ingestion.sources.amocrm.more_base import Rows
from ingestion.sources.amocrm.reconciling import Reconciling
from ingestion.sources.amocrm.settings import ENTITY_TYPES, LIST_LIMIT, SCHEMA_CONTRACT, Table
from ingestion.sources.amocrm.tables import ALL_TABLES

logger = logging.getLogger(__name__)

Tables = Iterator[pa.Table]

EVENT_TAIL = int(timedelta(minutes=10).total_seconds())  # the feed is indexed with a delay
EVENT_RECONCILE = int(timedelta(days=8).total_seconds())
LEAD_PARTS = "contacts,loss_reason,source_id,source,catalog_elements,is_price_modified_by_robot"
BATCH_ROWS = 5_000  # some 10 MB of JSON
# After a round that ends a scan, these tell what it found.
JUDGES = ("reconciliations", "missing_leads")


class Extraction(Reconciling, MoreExtraction):
    """The rows of one account's tables; a method per resource, named as its table."""

    clock: Clock = SYSTEM_CLOCK
    order = 0  # of the account in the configuration

    def accounts(self) -> Rows:
        account, base_url = self.client.account().item, self.client.own.base_url
        yield [rows.account_row(account, base_url, self.now, self.order)]

    def users(self) -> Rows:
        try:
            yield from self._dictionary("users", rows.user_row, "users", LIST_LIMIT)
        except ForbiddenError as error:
            # only administrators may list users; everything else loads, names stay unknown
            logger.warning("%s; users are not loaded", error)

    def pipelines(self) -> Rows:
        pipelines = self.client.pipelines()
        self._check_total("pipelines", len(pipelines))
        yield [rows.pipeline_row(item, self._account_id, self.now) for item in pipelines]

    def statuses(self) -> Rows:
        found = [
            status
            for pipeline in self.client.pipelines()
            for status in rows.status_rows(pipeline, self._account_id, self.now)
        ]
        self._check_total("statuses", len(found))
        yield found

    def loss_reasons(self) -> Rows:
        yield from self._dictionary("loss_reasons", rows.loss_reason_row, "leads/loss_reasons")

    def custom_fields(self) -> Rows:
        found = []
        for entity_type in ENTITY_TYPES:
            path = f"{entity_type}/custom_fields"
            for items in self.client.pages(path, "custom_fields", limit=LIST_LIMIT):
                for item in items:
                    row = rows.custom_field_row(item, self._account_id, entity_type, self.now)
                    found.append(row)
        self._check_total("custom_fields", len(found))
        yield found

    def leads(self) -> Tables:
        return self._cards("leads", "lead", cards.LEAD, [("with", LEAD_PARTS)])

    def contacts(self) -> Tables:
        return self._cards("contacts", "contact", cards.CONTACT)

    def companies(self) -> Tables:
        return self._cards("companies", "company", cards.COMPANY)

    def deleted_leads(self) -> Rows:
        """What went into the basket since, at times the whole; what left it stays a tombstone."""
        state, mark = self._state("deleted_leads"), self._state("deleted_leads").get("watermark")
        wide_every = self.section.full_scan_days * DAY
        is_wide = self._unix_now - state.get("wide_at", 0) >= wide_every
        since = 0 if is_wide or mark is None else max(0, mark - self._overlap)
        basket: Params = [("with", "only_deleted")]
        latest = mark or 0
        for items in walks.edited(self.client, "leads", basket, since, is_filtered=False):
            stubs = [item for item in items if item.get("is_deleted")]
            latest = max(latest, *(min(updated_at(stub), self._unix_now) for stub in stubs), 0)
            yield [rows.deleted_lead_row(item, self._account_id) for item in stubs]
        if latest:
            state["watermark"] = latest
        if is_wide:
            state["wide_at"] = self._unix_now

    def events(self) -> Tables:
        state, tail = self._state("events"), max(EVENT_TAIL, self._overlap)
        cursor = Cursor(state, self._unix_now, tail, EVENT_RECONCILE)
        types, most = self.section.event_types, self.section.pages_per_commit
        for items in walks.new_events(self.client, cursor, types, most):
            self.saw_events(items)
            if items:
                found = [event_row(item, self._account_id) for item in items]
                yield as_arrow(ALL_TABLES["events"], found)
        rounds.unfinished(state, walks.is_under_way(state))

    def tasks(self) -> Rows:
        state = self._state("tasks")
        walk = IdWalk(
            *("tasks", "tasks", updated_at, self._unix_now),
            overlap=self._overlap,
            wide_every=self.section.full_scan_days * DAY,
            pages_per_round=self.section.pages_per_commit,
        )
        for items in walk.edited(self.client, state):
            yield [rows.task_row(item, self._account_id) for item in items]
        rounds.unfinished(state, is_under_way(state))

    def _cards(
        self, path: str, what: str, columns: Sequence[Column], params: Params | None = None
    ) -> Tables:
        state = self._state(path)
        reading = CardReading(
            *(self.client, path, params or [], state, self._unix_now, self.section, self.clock),
            ended=partial(self._ended, path),
        )
        batch, is_scan = Batch(what, columns), False
        with bulk_reading():
            for items in reading.pages():
                is_full = len(batch) >= BATCH_ROWS or not items or is_scan != reading.is_scanning
                if len(batch) and is_full:
                    yield self._table(path, batch, reading.since if is_scan else None)
                is_scan = reading.is_scanning
                # a stub of a deleted row has no values and must not replace the row it had
                batch.add([item for item in items if not _is_stub(item)])
            if len(batch):
                yield self._table(path, batch, reading.since if is_scan else None)
        # Arrow's pool keeps what it was given, and the loader is about to need it
        pa.default_memory_pool().release_unused()
        rounds.unfinished(state, reading.is_under_way)

    def _table(self, path: str, batch: Batch, since: int | None) -> pa.Table:
        table = batch.take(self._account_id, self.now)
        if since is not None:
            self._compare(path, table, since)
        return table

    def _ended(self, path: str, walk: State) -> None:
        """A first load or a scan has read the whole list."""
        self._check_total(path, walk["rows"])
        if walk["kind"] == "scan":
            self._announce(path, walk)

    def _dictionary(
        self, table: str, to_row: Callable[..., Any], path: str, limit: int | None = None
    ) -> Rows:
        pages = self.client.pages(path, table, limit=limit)
        found = [to_row(item, self._account_id, self.now) for items in pages for item in items]
        self._check_total(table, len(found))
        yield found

    def _check_total(self, table: str, count: int) -> None:
        guard = VolumeGuard("amocrm", table, self._state(table), self.settings)
        guard.check_total(f"account {self._account_id}", count)

    @property
    def _overlap(self) -> int:
        return self.section.overlap_minutes * 60


def build_resources(
    settings: Settings, clients: Sequence[AmocrmClient], clock: Clock = SYSTEM_CLOCK
) -> list[DltResource]:
    """One resource a table, over all accounts; nothing is read before a resource runs."""
    extractions: list[Extraction] = []
    for order, client in enumerate(clients):
        extraction = Extraction(settings, client, partial(_state_of, client))
        extraction.clock, extraction.order = clock, order
        # one moment for all accounts: which was loaded last is a question of runs
        extraction.now = extractions[0].now if extractions else extraction.now
        extractions.append(extraction)
    return [_resource(table, extractions) for table in ALL_TABLES.values()]


def _state_of(client: AmocrmClient, table: str) -> dict[str, Any]:
    """One account's part of a resource's state: it goes by the account's id, names may change."""
    accounts = dlt.current.resource_state(table).setdefault("accounts", {})
    part: dict[str, Any] = accounts.setdefault(str(client.account().id), {})
    return part


def _resource(table: Table, extractions: Sequence[Extraction]) -> DltResource:
    def materialized() -> Iterator[Any]:
        yield _nothing(table)
        count = 0
        for extraction in extractions:
            for page in getattr(extraction, table.name)():
                count += len(page)
                yield page
        for name in (table.name, *JUDGES):
            _pass_on_unfinished(name)
        logger.info("amoCRM: %s: %d rows", table.name, count)

    resource: Any = dlt.resource(
        materialized,
        name=table.name,
        primary_key=table.key,
        write_disposition="merge",
        columns=table.columns,
        max_table_nesting=0,
        schema_contract=SCHEMA_CONTRACT,
    )
    return resource


def _nothing(table: Table) -> Any:
    """What makes the table exist when there are no rows.

    One that comes as Arrow has no columns of dlt's own, and the mark would give it some that its
    rows then lack.
    """
    return as_arrow(table, []) if table.is_arrow else dlt.mark.materialize_table_schema()


def _pass_on_unfinished(table: str) -> None:
    """A resource goes on while any of its accounts does."""
    state = dlt.current.resource_state(table)
    parts = {"resources": state.get("accounts", {})}
    rounds.unfinished(state, bool(rounds.unfinished_resources(parts)))


def _is_stub(item: Item) -> bool:
    return bool(item.get("is_deleted")) and item.get("created_at") is None
