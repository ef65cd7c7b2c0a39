"""Talks to rows; which talks to ask for, since amoCRM lists none."""

from datetime import datetime
from typing import Any

from ingestion.columns import Row
from ingestion.sources.amocrm.fields import Fields, Item, as_list, without_links

REMEMBERED = 10 * 86_400  # seconds: longer than events are ever read back


def talk_row(item: Item, account_id: int, seen_at: datetime) -> Row:
    """One row of ``talks``.

    Raises:
        SourceFormatError: no id, or a number that is none.
    """
    talk = Fields(item, "talk")
    return {
        "account_id": account_id,
        "talk_id": talk.required_integer("talk_id"),
        "contact_id": talk.integer("contact_id"),
        "chat_id": talk.text("chat_id"),
        "entity_type": talk.text("entity_type"),
        "entity_id": talk.integer("entity_id"),
        "origin": talk.text("origin"),
        "rate": talk.integer("rate"),
        "is_in_work": talk.flag("is_in_work"),
        "is_read": talk.flag("is_read"),
        "created_at": talk.moment("created_at"),
        "updated_at": talk.moment("updated_at"),
        "missed_at": talk.moment("missed_at"),
        "raw_json": without_links(item),
        "last_seen_at": seen_at,
    }


def talk_of(event: Item) -> int | None:
    """The talk that an event tells of: a message names it, and so do Kommo's talk events."""
    for value in (event.get("value_after"), event.get("value_before")):
        for part in as_list(value):
            for name, keys in (("message", ("talk_id",)), ("talk", ("id", "talk_id"))):
                told = part.get(name) if isinstance(part, dict) else None
                if isinstance(told, dict):
                    fields = Fields(told, f"event's {name}")
                    found = next((id_ for key in keys if (id_ := fields.integer(key))), None)
                    if found:
                        return found
    return None


class TalkQueue:
    """Talks that events told of and nobody has asked for since; kept in a dlt state.

    Args:
        state: a dict that moves with the data: ``due`` and ``asked``, talk id -> unix seconds of
            its latest event.
        now: the run's moment, unix seconds; what was asked long before it is forgotten, for events
            so old are not read again.
    """

    def __init__(self, state: dict[str, Any], now: int) -> None:
        self._due: dict[str, int] = state.setdefault("due", {})
        self._asked: dict[str, int] = state.setdefault("asked", {})
        for talk_id in [id_ for id_, at in self._asked.items() if at < now - REMEMBERED]:
            del self._asked[talk_id]

    def saw(self, events: list[Item]) -> None:
        """Take note of the talks of some events; those told of before change nothing."""
        for event in events:
            talk_id = talk_of(event)
            if talk_id is None:
                continue
            key, at = str(talk_id), Fields(event, "event").integer("created_at") or 0
            if at > self._asked.get(key, -1):
                self._due[key] = max(at, self._due.get(key, 0))

    def due(self, at_most: int) -> list[int]:
        """Talks to ask for now, those with the latest events first."""
        latest = sorted(self._due, key=lambda key: (-self._due[key], int(key)))
        return [int(key) for key in latest[:at_most]]

    def asked(self, talk_id: int) -> None:
        """The talk was asked for, whatever the answer."""
        self._asked[str(talk_id)] = self._due.pop(str(talk_id))

    def __len__(self) -> int:
        return len(self._due)
