"""What the warehouse holds of an account, for a scan to compare with; read-only, and short.

dlt writes the tables; here they are only asked. Before the first load there is nothing to ask.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

# Columns that tell one version of a card from another; what follows from these is left out.
_VERSION = ("updated_at", "name", "is_deleted", "custom_fields_values", "tags", "raw_json")
_OF_LEADS = ("price", "contacts", "catalog_elements")


@dataclass(frozen=True)
class Missing:
    """A deal that was listed once, is not listed now, and was never seen deleted."""

    lead_id: int
    last_seen_at: datetime
    merged_at: datetime | None


class Stored:
    """The tables of one account in the warehouse at ``path``."""

    def __init__(self, path: Path, account_id: int) -> None:
        self._path = path
        self._account_id = account_id

    def compare(self, table: str, key: str, batch: pa.Table, since: int) -> tuple[int, int]:
        """Cards of a batch, edited before ``since``: those not stored, and those stored otherwise.

        Those edited later are left to the walk over edits: nothing has missed them.
        """
        before = batch.filter(pa.compute.less(batch["updated_at"], _moment(since)))
        columns = [*_VERSION, *(_OF_LEADS if table == "leads" else ())]
        # numbers of another precision, or a NULL for an empty list, are no other version
        changed = " or ".join(f"n.{name} is distinct from s.{name}" for name in columns)
        with self._connection() as connection:
            if connection is None or not _exists(connection, table):
                return 0, 0
            connection.register("scanned", before)
            found = connection.execute(
                f"""
                select
                    count(*) filter (s.{key} is null),
                    count(*) filter (s.{key} is not null and ({changed}))
                from scanned as n
                left join raw_amocrm.{table} as s
                    on n.account_id = s.account_id and n.{key} = s.{key}
                """  # noqa: S608 - names are ours
            ).fetchone()
            connection.unregister("scanned")
        return (int(found[0]), int(found[1])) if found else (0, 0)

    def count_unseen(self, table: str, began: datetime) -> int:
        """Cards that were stored and that a scan which began then has not seen."""
        rows = self._rows(
            table,
            f"select count(*) from raw_amocrm.{table}"  # noqa: S608
            " where account_id = ? and last_seen_at < ? and not coalesce(is_deleted, false)",
            [self._account_id, began],
        )
        return int(rows[0][0]) if rows else 0

    def missing_leads(self, began: datetime) -> list[Missing]:
        """Deals unseen by a scan that began then, and without a tombstone."""
        with self._connection() as connection:
            if connection is None or not _exists(connection, "leads"):
                return []
            # a company may load deals alone
            relations = {
                name: f"raw_amocrm.{name}" if _exists(connection, name) else f"({empty})"
                for name, empty in (("events", _NO_EVENTS), ("deleted_leads", _NO_STONES))
            }
            query = _MISSING.format(**relations)
            rows = connection.execute(query, [self._account_id, began]).fetchall()
        return [Missing(*row) for row in rows]

    def known_missing(self) -> dict[int, dict[str, Any]]:
        """Rows of ``missing_leads`` by deal, with whether the deal has been seen since."""
        rows = self._rows("missing_leads", _KNOWN, [self._account_id])
        names = ("lead_id", "reason", "missed_at", "last_seen_at", "merged_at", "found_again_at")
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows}

    def _rows(self, table: str, query: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
        with self._connection() as connection:
            if connection is None or not _exists(connection, table):
                return []
            return connection.execute(query, parameters).fetchall()

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection | None]:
        if not self._path.exists():
            yield None
            return
        with duckdb.connect(str(self._path)) as connection:
            connection.execute("set timezone = 'UTC'")
            yield connection


_NO_EVENTS = """
select 0 as account_id, 0 as entity_id, '' as entity_type, '' as type, now() as created_at
where false
"""
_NO_STONES = "select 0 as account_id, 0 as lead_id, now() as deleted_at where false"
_MISSING = """
select
    leads.lead_id,
    leads.last_seen_at,
    (
        select max(events.created_at)
        from {events} as events
        where
            events.account_id = leads.account_id
            and events.entity_id = leads.lead_id
            and events.entity_type = 'lead'
            and events.type = 'entity_merged'
            and events.created_at >= leads.last_seen_at - interval '1' hour
    ) as merged_at
from raw_amocrm.leads as leads
where
    leads.account_id = ?
    and leads.last_seen_at < ?
    and not coalesce(leads.is_deleted, false)
    and not exists (
        select 1
        from {deleted_leads} as stones
        where
            stones.account_id = leads.account_id
            and stones.lead_id = leads.lead_id
            -- a card that was listed after its deletion has been restored
            and coalesce(stones.deleted_at >= leads.updated_at, true)
    )
    and not exists (
        select 1
        from {events} as events
        where
            events.account_id = leads.account_id
            and events.entity_id = leads.lead_id
            and events.entity_type = 'lead'
            and events.type = 'lead_deleted'
            and events.created_at >= leads.updated_at
    )
order by leads.lead_id
"""
_KNOWN = """
select lead_id, reason, missed_at, last_seen_at, merged_at, found_again_at
from raw_amocrm.missing_leads
where account_id = ?
"""


def _exists(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = connection.execute(
        "select 1 from information_schema.tables"
        " where table_schema = 'raw_amocrm' and table_name = ?",
        [table],
    )
    return found.fetchone() is not None


def _moment(seconds: int) -> pa.Scalar:
    return pa.scalar(datetime.fromtimestamp(seconds, UTC), pa.timestamp("us", tz="UTC"))
