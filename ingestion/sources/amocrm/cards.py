"""Deals, contacts and companies: what each column of their tables is read from.

Nested parts stay JSON text and are unnested in staging. ``raw_json`` is the rest of the item, so
that a card is stored once: its own columns, its JSON columns, and everything nobody asked about.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from ingestion.errors import SourceFormatError
from ingestion.sources.amocrm.batches import Column, Kind, column, embedded
from ingestion.sources.amocrm.fields import Fields, Item, as_list

# Parts of ``_embedded`` that have a JSON column of their own, where the API gives them.
LEAD_PARTS = ("tags", "contacts", "catalog_elements")
CARD_PARTS = ("tags",)
EXACT = "price_with_minor_units"
Read = Callable[[Sequence[Item]], list[Any]]


def _prices(items: Sequence[Item]) -> list[Any]:
    """The exact price where the account has one, checked here, where the field can be named."""
    return [
        item.get("price")
        if (exact := item.get(EXACT)) is None or exact == ""
        else Fields(item, "lead").money(EXACT)
        for item in items
    ]


def _part(what: str, name: str, key: str) -> Read:
    """Reads a key of the first part under ``_embedded``."""

    def read(items: Sequence[Item]) -> list[Any]:
        found: list[Any] = []
        for item in items:
            parts = embedded(item, name)
            if not parts:
                found.append(None)
            elif type(parts[0]) is dict:
                found.append(parts[0].get(key))
            else:
                raise _shape(what, item, name, parts[0])
        return found

    return read


def _source_ids(items: Sequence[Item]) -> list[Any]:
    embedded_ids = _part("lead", "source", "id")(items)
    ids = (item.get("source_id") for item in items)
    return [
        other if own is None or own == "" else own
        for own, other in zip(ids, embedded_ids, strict=True)
    ]


def _main_contacts(items: Sequence[Item]) -> list[Any]:
    return [
        next(
            (
                part.get("id")
                for part in embedded(item, "contacts")
                if isinstance(part, Mapping) and part.get("is_main") in (True, "1")
            ),
            None,
        )
        for item in items
    ]


def _are_deleted(items: Sequence[Item]) -> list[Any]:
    return [item.get("is_deleted") or False for item in items]


def _json_part(name: str, what: str) -> Read:
    def read(items: Sequence[Item]) -> list[bytes | None]:
        found = []
        for item in items:
            parts = _objects(embedded(item, name), item, what, name)
            found.append(_dumped(parts) if parts else None)
        return found

    return read


def _custom_fields(what: str) -> Read:
    def read(items: Sequence[Item]) -> list[bytes | None]:
        found = []
        for item in items:
            value = item.get("custom_fields_values")
            if value and not isinstance(value, list | Mapping):
                raise _shape(what, item, "custom_fields_values", value)
            fields = _objects(as_list(value), item, what, "custom_fields_values")
            found.append(_dumped(fields) if fields else None)
        return found

    return read


def _rest(parts: Sequence[str]) -> Read:
    """The item without links (they echo the query) and without what has a JSON column of its own.

    Takes them out of the items themselves: nothing is read from an item after this column.
    """

    def read(items: Sequence[Any]) -> list[bytes]:
        found = []
        for item in items:
            item.pop("_links", None)
            item.pop("custom_fields_values", None)
            others = item.get("_embedded")
            if isinstance(others, dict):
                for name in parts:
                    others.pop(name, None)
                for value in others.values():
                    for part in value if type(value) is list else (value,):
                        if type(part) is dict:
                            part.pop("_links", None)
            exact = item.get(EXACT)
            if type(exact) is str:  # a number again: see client.py
                item[EXACT] = orjson.Fragment(exact) if _is_number(exact) else exact
            found.append(_dumped(item))
        return found

    return read


def _objects(parts: list[Any], item: Item, what: str, name: str) -> list[Any]:
    for part in parts:
        if type(part) is not dict:
            raise _shape(what, item, name, part)
        part.pop("_links", None)
    return parts


def _shape(what: str, item: Item, name: str, part: Any) -> SourceFormatError:
    return SourceFormatError(
        f"amoCRM {what} {item.get('id')!r}: in {name}, {str(part)[:60]!r} is not an object; "
        "nothing of it was loaded: the API has changed, report it"
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii()


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, default=float)  # a Decimal where the item was read with them


def _moments(*names: str) -> list[Column]:
    return [column(name, "moment") for name in names]


def _integers(*names: str) -> list[Column]:
    return [column(name, "integer") for name in names]


def _of_part(name: str, kind: Kind, what: str, part: str, key: str) -> Column:
    return Column(name, kind, f"_embedded.{part}.{key}", _part(what, part, key))


def _key(name: str) -> Column:
    return Column(name, "integer", "id", lambda items: [item.get("id") for item in items], True)


LEAD: tuple[Column, ...] = (
    _key("lead_id"),
    *_integers("responsible_user_id", "group_id", "status_id", "pipeline_id", "loss_reason_id"),
    Column("source_id", "integer", "source_id", _source_ids),
    _of_part("company_id", "integer", "lead", "companies", "id"),
    Column("main_contact_id", "integer", "_embedded.contacts.id", _main_contacts),
    *_integers("created_by", "updated_by"),
    column("name", "text"),
    Column(
        "loss_reason_name",
        "text",
        "_embedded.loss_reason.name",
        _part("lead", "loss_reason", "name"),
    ),
    Column("source_name", "text", "_embedded.source.name", _part("lead", "source", "name")),
    *_integers("labor_cost", "score"),
    Column("price", "money", "price", _prices),
    Column("is_deleted", "flag", "is_deleted", _are_deleted),
    *_moments("created_at", "updated_at", "closed_at", "closest_task_at"),
    Column("custom_fields_values", "json", "", _custom_fields("lead")),
    *(Column(name, "json", "", _json_part(name, "lead")) for name in LEAD_PARTS),
    Column("raw_json", "json", "", _rest(LEAD_PARTS)),
)


def _card(what: str, key: str, *own: Column) -> tuple[Column, ...]:
    return (
        _key(key),
        *own,
        *_integers("responsible_user_id", "group_id", "created_by", "updated_by"),
        column("name", "text"),
        Column("is_deleted", "flag", "is_deleted", _are_deleted),
        *_moments("created_at", "updated_at"),
        Column("custom_fields_values", "json", "", _custom_fields(what)),
        *(Column(name, "json", "", _json_part(name, what)) for name in CARD_PARTS),
        Column("raw_json", "json", "", _rest(CARD_PARTS)),
    )


CONTACT = _card(
    "contact",
    "contact_id",
    _of_part("company_id", "integer", "contact", "companies", "id"),
    column("first_name", "text"),
    column("last_name", "text"),
)
COMPANY = _card("company", "company_id")
