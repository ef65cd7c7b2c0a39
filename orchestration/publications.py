"""Which marts readers see, since when, and which are kept back because totals do not agree."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from expectations.rule import Rule

TABLE = "quality.publications"
_TRANSITIVE_SCHEMA = "marts"  # frames and findings tell of today, whatever is kept back


@dataclass(frozen=True)
class Publication:
    """One relation of the published copy; moments are UTC, None where unknown.

    ``data_as_of`` is the cut of the data that readers see. A relation that is held back and was
    never published before has neither moment and no table.
    """

    relation: str
    published_at: datetime | None
    data_as_of: datetime | None
    held_back_by: tuple[str, ...] = ()

    @property
    def is_held_back(self) -> bool:
        return bool(self.held_back_by)

    @property
    def is_readable(self) -> bool:
        return not self.is_held_back or self.published_at is not None


def find_held_back(
    warehouse: duckdb.DuckDBPyConnection, rules: Iterable[Rule], manifest: Path
) -> dict[str, tuple[str, ...]]:
    """Relations that must not be replaced now, each with the ids of the blockers that say so.

    They are what the blockers that ran and failed this time concern, and the marts that dbt builds
    from it.
    """
    concerns = {rule.id: rule.concerns for rule in rules}
    failed = [rule_id for rule_id in _failed_blockers(warehouse) if rule_id in concerns]
    held: dict[str, list[str]] = {}
    children = _children(manifest) if failed else {}
    for rule_id in failed:
        for relation in _with_descendants(concerns[rule_id], children):
            held.setdefault(relation, []).append(rule_id)
    return {relation: tuple(by) for relation, by in sorted(held.items())}


def write_publications(
    published: duckdb.DuckDBPyConnection, publications: Sequence[Publication]
) -> dict[str, int]:
    """Put the list into the published copy; returns rows by table."""
    published.execute("create schema if not exists quality")
    published.execute(
        f"""create table {TABLE} (
               relation text primary key, published_at timestamptz, is_held_back boolean,
               held_back_by text, data_as_of timestamptz)"""
    )
    for one in publications:
        published.execute(
            f"insert into {TABLE} values (?, ?, ?, ?, ?)",  # noqa: S608
            [
                *(one.relation, one.published_at, one.is_held_back),
                *(", ".join(one.held_back_by) or None, one.data_as_of),
            ],
        )
    return {TABLE: len(publications)}


def read_publications(
    published: duckdb.DuckDBPyConnection, catalog: str | None = None
) -> dict[str, Publication]:
    """What ``write_publications`` wrote, by relation; nothing in a copy of an older version."""
    table = f"{catalog}.{TABLE}" if catalog else TABLE
    try:
        rows = published.execute(
            f"select relation, published_at, data_as_of, held_back_by from {table}"  # noqa: S608
        ).fetchall()
    except duckdb.CatalogException:
        return {}
    return {
        relation: Publication(
            relation, published_at, as_of, tuple(held_by.split(", ")) if held_by else ()
        )
        for relation, published_at, as_of, held_by in rows
    }


def describe_held_back(publications: Iterable[Publication]) -> str:
    """What is kept back and why, as one line for the technical person; empty if nothing is."""
    parts = [
        f"{one.relation} ({', '.join(one.held_back_by)}; {_what_is_read(one)})"
        for one in publications
        if one.is_held_back
    ]
    return f"totals do not agree, so these are not renewed: {'; '.join(parts)}" if parts else ""


def _what_is_read(one: Publication) -> str:
    moment = one.data_as_of or one.published_at
    if moment is None:
        return "was never published, so readers have none"
    return f"readers keep that of {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _failed_blockers(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    try:
        rows = warehouse.execute(
            """select rule_id from quality.rules
               where severity = 'blocker' and is_run and failing > 0 order by rule_id"""
        ).fetchall()
    except duckdb.CatalogException:  # no rule has ever run
        return []
    return [str(rule_id) for (rule_id,) in rows]


def _with_descendants(
    relations: Iterable[str], children: Mapping[str, Sequence[str]]
) -> dict[str, None]:
    found: dict[str, None] = {}
    waiting = list(relations)
    while waiting:
        relation = waiting.pop()
        if relation not in found:
            found[relation] = None
            waiting += children.get(relation, ())
    return found


def _children(manifest: Path) -> dict[str, list[str]]:
    """Marts built from each relation, by dbt's manifest; nothing where there is none."""
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    relations = {
        node_id: f"{node['schema']}.{node['alias']}"
        for node_id, node in told["nodes"].items()
        if node["resource_type"] == "model"
    }
    return {
        relation: [
            relations[child]
            for child in told["child_map"].get(node_id, ())
            if relations.get(child, "").startswith(f"{_TRANSITIVE_SCHEMA}.")
        ]
        for node_id, relation in relations.items()
    }
