"""dlt resources of amoCRM: which walk feeds which table, through which row mapping."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import dlt
from dlt.extract import DltResource, make_nested_hints

from ingestion.http import ForbiddenError
from ingestion.settings import Settings
from ingestion.sources.amocrm import rows, walks
from ingestion.sources.amocrm.client import AmocrmClient, Params
from ingestion.sources.amocrm.config import AmocrmSection
from ingestion.sources.amocrm.cursor import Cursor
from ingestion.sources.amocrm.custom_fields import Row
from ingestion.sources.amocrm.event_rows import event_row
from ingestion.sources.amocrm.fields import Item
from ingestion.sources.amocrm.settings import (
    ENTITY_TYPES,
    LIST_LIMIT,
    PLACEHOLDER,
    SCHEMA_CONTRACT,
    TABLES,
    Table,
)

logger = logging.getLogger(__name__)

Rows = Iterator[list[Row]]

EVENT_TAIL = int(timedelta(minutes=10).total_seconds())  # the feed is indexed with a delay
EVENT_RECONCILE = int(timedelta(days=8).total_seconds())
LEAD_PARTS = "contacts,loss_reason,source_id,source"


class Extraction:
    """The rows of every table; a method per resource, named as its table."""

    def __init__(self, settings: Settings, client: AmocrmClient) -> None:
        self.settings = settings
        self.client = client

    def accounts(self) -> Rows:
        base_url = self.settings.section(AmocrmSection).base_url
        yield [rows.account_row(self.client.account().item, base_url, self.settings.now())]

    def users(self) -> Rows:
        try:
            for items in self.client.pages("users", "users", limit=LIST_LIMIT):
                yield self._seen(rows.user_row, items)
        except ForbiddenError as error:
            # only administrators may list users; everything else loads, names stay unknown
            logger.warning("%s; users are not loaded", error)

    def pipelines(self) -> Rows:
        yield self._seen(rows.pipeline_row, self.client.pipelines())

    def statuses(self) -> Rows:
        account_id, now = self.client.account().id, self.settings.now()
        for pipeline in self.client.pipelines():
            yield rows.status_rows(pipeline, account_id, now)

    def loss_reasons(self) -> Rows:
        for items in self.client.pages("leads/loss_reasons", "loss_reasons"):
            yield self._seen(rows.loss_reason_row, items)

    def custom_fields(self) -> Rows:
        account_id, now = self.client.account().id, self.settings.now()
        for entity_type in ENTITY_TYPES:
            path = f"{entity_type}/custom_fields"
            for items in self.client.pages(path, "custom_fields", limit=LIST_LIMIT):
                yield [rows.custom_field_row(x, account_id, entity_type, now) for x in items]

    def leads(self) -> Rows:
        return self._edited("leads", rows.lead_row, [("with", LEAD_PARTS)])

    def contacts(self) -> Rows:
        return self._edited("contacts", rows.contact_row)

    def companies(self) -> Rows:
        return self._edited("companies", rows.company_row)

    def deleted_leads(self) -> Rows:
        """The basket, whole; what has left it stays a tombstone in the table."""
        fresh = walks.Fresh("updated_at")
        basket: Params = [("with", "only_deleted")]
        for items in self.client.pages("leads", "leads", basket, LIST_LIMIT):
            stubs = [item for item in fresh.of(items, None) if item.get("is_deleted")]
            yield self._of_account(rows.deleted_lead_row, stubs)

    def events(self) -> Rows:
        tail = max(EVENT_TAIL, self._overlap)
        cursor = self._cursor("events", tail, EVENT_RECONCILE)
        for items in walks.new_events(self.client, cursor):
            yield self._of_account(event_row, items)

    def tasks(self) -> Rows:
        for items in walks.edited_tasks(self.client, self._cursor("tasks", self._overlap)):
            yield self._of_account(rows.task_row, items)

    def _edited(
        self, path: str, to_row: Callable[[Item, int], Row], params: Params | None = None
    ) -> Rows:
        cursor = self._cursor(path, self._overlap)
        for items in walks.edited(self.client, path, params or [], cursor):
            # a stub of a deleted row has no values and must not replace the row it had
            live = [item for item in items if not _is_stub(item)]
            yield self._of_account(to_row, live)

    def _seen(self, to_row: Callable[..., Row], items: list[Item]) -> list[Row]:
        account_id, now = self.client.account().id, self.settings.now()
        return [to_row(item, account_id, now) for item in items]

    def _of_account(self, to_row: Callable[..., Row], items: list[Item]) -> list[Row]:
        account_id = self.client.account().id
        return [to_row(item, account_id) for item in items]

    @property
    def _overlap(self) -> int:
        return self.settings.section(AmocrmSection).overlap_minutes * 60

    def _cursor(self, name: str, overlap: int, reconcile_back: int | None = None) -> Cursor:
        now = int(self.settings.now().timestamp())
        return Cursor(dlt.current.resource_state(name), now, overlap, reconcile_back)


def build_resources(settings: Settings, client: AmocrmClient) -> list[DltResource]:
    """One resource a table; nothing is read before a resource runs."""
    extraction = Extraction(settings, client)
    return [_resource(table, getattr(extraction, table.name)) for table in TABLES.values()]


def _resource(table: Table, read: Callable[[], Rows]) -> DltResource:
    nested = {name: make_nested_hints(columns=columns) for name, columns in table.nested.items()}

    def materialized() -> Iterator[Any]:
        yield from _materialized(table, read)

    resource: Any = dlt.resource(
        materialized,
        name=table.name,
        primary_key=table.key,
        write_disposition="merge",
        columns=table.columns,
        nested_hints=nested or None,
        max_table_nesting=1 if nested else 0,
        schema_contract=SCHEMA_CONTRACT,
    )
    return resource


def _materialized(table: Table, read: Callable[[], Rows]) -> Iterator[Any]:
    """The rows, and before them what makes the tables exist when there are none."""
    yield dlt.mark.materialize_table_schema()
    if _lacks_nested(table):
        # dlt creates a child table with its first row only; this row is staged with one child in
        # every list and, being marked as deleted, is not loaded
        children = {name: [dict.fromkeys(columns)] for name, columns in table.nested.items()}
        yield [dict.fromkeys(table.key, 0) | {PLACEHOLDER: True} | children]
    count = 0
    for page in read():
        count += len(page)
        yield page
    logger.info("amoCRM: %s: %d rows", table.name, count)


def _lacks_nested(table: Table) -> bool:
    known = dlt.current.source_schema().tables
    names = [f"{table.name}__{nested}" for nested in table.nested]
    return any(not known.get(n, {}).get("x-normalizer", {}).get("seen-data") for n in names)


def _is_stub(item: Item) -> bool:
    return bool(item.get("is_deleted")) and item.get("created_at") is None
