"""``ops.deliveries`` in the warehouse: one row per part of what a recipient gets.

A row is ``sending``, committed, before the part goes out and ``sent`` after it. Whoever writes
here holds the writer's lock over the whole of it, so a row that is found ``sending`` belongs to a
process that died in between: it becomes ``unknown`` and is never sent again by itself.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

import duckdb

Kind = Literal["daily", "weekly", "alert"]
Status = Literal["pending", "held_quiet", "sending", "sent", "failed", "unknown", "nothing_new"]

_TABLE = """
create table if not exists ops.deliveries (
    delivery_id text primary key, recipient text not null, via text not null, kind text not null,
    period text not null, part text not null, status text not null, content_hash text,
    error text, external_id text, facts text, attempts bigint not null,
    first_at timestamptz not null, sent_at timestamptz, retry_at timestamptz, told_at timestamptz
)
"""
_BROKEN = "the process ended while it was being sent"


@dataclass(frozen=True)
class Delivery:
    """One row, its columns in the table's order; times are UTC.

    ``facts`` is what a digest told, as JSON, on its first part; ``retry_at`` is when a part that
    waits may go, NULL for never; ``told_at`` when the technical recipient heard of its failure.
    """

    delivery_id: str
    recipient: str
    via: str
    kind: Kind
    period: str
    part: str
    status: Status
    content_hash: str | None
    error: str | None
    external_id: str | None
    facts: str | None
    attempts: int
    first_at: datetime
    sent_at: datetime | None = None
    retry_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def parcel(self) -> str:
        """The name of what it is a part of."""
        return parcel_id(self.recipient, self.kind, self.period)

    @property
    def is_over(self) -> bool:
        """It will not be sent any more unless a person asks for it."""
        return self.retry_at is None and self.status in ("failed", "unknown")


def delivery_id(recipient: str, kind: str, period: str, part: str) -> str:
    """The same for the same thing, whoever computes it."""
    return _hash(recipient, kind, period, part)


def parcel_id(recipient: str, kind: str, period: str) -> str:
    return _hash(recipient, kind, period)


def create(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("create schema if not exists ops")
    warehouse.execute(_TABLE)


def bury_dead(warehouse: duckdb.DuckDBPyConnection) -> None:
    """What a process that is no more left half done; a folder can simply be written again."""
    warehouse.execute(
        """
        update ops.deliveries set
            status = case when via = 'folder' then 'failed' else 'unknown' end,
            retry_at = case when via = 'folder' then first_at end,
            error = ?
        where status = 'sending'
        """,
        [_BROKEN],
    )


def add(warehouse: duckdb.DuckDBPyConnection, rows: Iterable[Delivery]) -> None:
    """Rows that are not there yet, all or none; those that are stay as they are."""
    places = ", ".join("?" for _ in fields(Delivery))
    warehouse.begin()
    for row in rows:
        values = [getattr(row, column.name) for column in fields(Delivery)]
        warehouse.execute(
            f"insert into ops.deliveries values ({places}) on conflict do nothing",  # noqa: S608
            values,
        )
    warehouse.commit()


def has_parcel(
    warehouse: duckdb.DuckDBPyConnection, recipient: str, kind: str, period: str
) -> bool:
    """Whether it was made; of what there was nothing new in, or could not be, it may still be."""
    key: list[object] = [recipient, kind, period]
    query = "recipient = ? and kind = ? and period = ? and content_hash is not null"
    return bool(_select(warehouse, query, key))


def waiting(warehouse: duckdb.DuckDBPyConnection) -> list[Delivery]:
    """Parts that are still to go, in the order they were made."""
    query = "status in ('pending', 'held_quiet', 'failed') and retry_at is not null"
    return _select(warehouse, query)


def unheard(warehouse: duckdb.DuckDBPyConnection) -> list[Delivery]:
    """Parts that will not go by themselves, of which nobody was told."""
    query = "status in ('failed', 'unknown') and retry_at is null and told_at is null"
    return _select(warehouse, query)


def last_sent(
    warehouse: duckdb.DuckDBPyConnection, recipient: str, kinds: Sequence[Kind]
) -> str | None:
    """The facts of the last digest of these kinds that reached a recipient."""
    row = warehouse.execute(
        "select facts from ops.deliveries where recipient = ? and list_contains(?, kind)"
        " and status = 'sent' and facts is not null order by sent_at desc limit 1",
        [recipient, list(kinds)],
    ).fetchone()
    return None if row is None else str(row[0])


def periods(
    warehouse: duckdb.DuckDBPyConnection, recipient: str, kind: Kind, prefix: str
) -> set[str]:
    """Periods of one recipient that begin so."""
    rows = warehouse.execute(
        "select distinct period from ops.deliveries"
        " where recipient = ? and kind = ? and starts_with(period, ?)",
        [recipient, kind, prefix],
    ).fetchall()
    return {str(period) for (period,) in rows}


def change(warehouse: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Write what became of a part."""
    warehouse.execute(
        """
        update ops.deliveries set
            status = ?, error = ?, external_id = ?, attempts = ?, sent_at = ?, retry_at = ?,
            told_at = ?
        where delivery_id = ?
        """,
        [
            *(delivery.status, delivery.error, delivery.external_id, delivery.attempts),
            *(delivery.sent_at, delivery.retry_at, delivery.told_at, delivery.delivery_id),
        ],
    )


def find(warehouse: duckdb.DuckDBPyConnection, prefix: str) -> list[Delivery]:
    """Rows whose id begins so."""
    return _select(warehouse, "starts_with(delivery_id, ?)", [prefix])


def latest(warehouse: duckdb.DuckDBPyConnection, limit: int) -> list[Delivery]:
    """The newest rows, oldest first."""
    return _select(warehouse, "true")[-limit:]


def _select(
    warehouse: duckdb.DuckDBPyConnection, condition: str, parameters: list[object] | None = None
) -> list[Delivery]:
    names = ", ".join(column.name for column in fields(Delivery))
    rows = warehouse.execute(
        f"select {names} from ops.deliveries where {condition} order by first_at",  # noqa: S608
        parameters or [],
    ).fetchall()
    return [Delivery(*row) for row in rows]


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
