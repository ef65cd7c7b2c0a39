"""The feed of events: indexed with a delay, windowed by time, in no promised order."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Any
from zlib import crc32

from starlette.responses import Response

from sandbox.faults import Faults
from sandbox.model import Company, Event
from sandbox.servers.amocrm.listing import Call, Walks
from sandbox.servers.amocrm.query import Query, Span
from sandbox.servers.replies import hal, no_content, problem
from sandbox.simulation.crm_keeping import crm_of
from sandbox.simulation.crm_model import TalkEvent

_PLURAL = {"lead": "leads", "company": "companies"}
_OF_FIELD = re.compile(r"custom_field_\d+_value_changed")
_MOST_LISTED = 10  # authors or entities in one filter


def scramble(event: Event) -> int:
    """A stable order that follows neither time nor id."""
    return crc32(event.id.encode())


def shuffled(events: Sequence[Event]) -> Sequence[Event]:
    """The events of one page as the feed lists them."""
    return sorted(events, key=scramble)


class Feed:
    """Events by time; the index is rebuilt when one was added or a change was announced."""

    def __init__(self, company: Company, faults: Faults, walks: Walks) -> None:
        self.company, self.faults, self.walks = company, faults, walks
        self.crm = crm_of(company)
        self._built: tuple[int, int, int] | None = None
        self._events: list[Event] = []
        self._times: list[int] = []

    def rows(self, call: Call) -> Sequence[Event]:
        """The events a query asks for; newest first, pages cut the same way while a walk lasts."""
        key = f"events?{call.query.without_page()}"
        return self.walks.rows(key, call.page, lambda: self._find(call.query))

    def _find(self, query: Query) -> Sequence[Event]:
        self._refresh()
        faults = self.faults
        span = Span() if faults.ignore_filter else query.span("filter[created_at]") or Span()
        low = 0 if span.low is None else bisect_left(self._times, span.low)
        high = len(self._times) if span.high is None else bisect_right(self._times, span.high)
        if faults.events_delay_seconds:
            now = self.company.spec.as_of.timestamp() if faults.now is None else faults.now
            high = min(high, bisect_right(self._times, now - faults.events_delay_seconds))
        found = self._events[low:high]
        found.reverse()
        return found if faults.ignore_filter else _chosen(found, query)

    def _refresh(self) -> None:
        state = (len(self.company.events), len(self.crm.events), self.faults.revision)
        if self._built != state:
            told = [*self.company.events, *self.crm.events]
            self._events = sorted(told, key=attrgetter("created_at", "id"))
            self._times = [event.created_at for event in self._events]
            self._built = state


def _chosen(events: list[Event], query: Query) -> list[Event]:
    types = frozenset(query.many("filter[type]"))
    entities = frozenset(query.many("filter[entity]"))
    ids = frozenset(query.many("filter[entity_id]"))
    authors = frozenset(query.many("filter[created_by]"))
    if types:
        events = [e for e in events if e.type in types]
    if entities:
        events = [e for e in events if _filed_under(e) in entities]
    if ids:
        events = [e for e in events if str(e.entity_id) in ids]
    if authors:
        events = [e for e in events if str(e.created_by) in authors]
    return events


def _filed_under(event: Event) -> str:
    """A message is told as its deal's, and found as its contact's: an admitted inaccuracy."""
    return "contact" if isinstance(event, TalkEvent) else event.entity_type


def refusal(query: Query) -> Response | None:
    """What a query that breaks the filters' rules is answered, if it does."""
    entities, ids = query.many("filter[entity]"), query.many("filter[entity_id]")
    types = query.many("filter[type]")
    if ids and len(entities) != 1:
        return _invalid("filter.entity", "NotBlank", "This value should not be blank.")
    if len(ids) > _MOST_LISTED or len(query.many("filter[created_by]")) > _MOST_LISTED:
        return _invalid("filter", "TooMany", f"At most {_MOST_LISTED} values are allowed.")
    if len(types) > 1 and any(_OF_FIELD.fullmatch(name) for name in types):
        return _invalid("filter.type", "Single", "A custom field's type must be the only one.")
    return None


def _invalid(path: str, code: str, detail: str) -> Response:
    errors = [{"request_id": "0", "errors": [{"code": code, "path": path, "detail": detail}]}]
    return problem(400, "Request validation failed", **{"validation-errors": errors})


def one(feed: Feed, call: Call, event_id: str) -> Response:
    """GET /events/{id}."""
    told = [*feed.company.events, *feed.crm.events]
    found = next((event for event in told if event.id == event_id), None)
    if found is None:
        return no_content()
    return hal(render(found, feed.company.spec.account_id, call))


def render(event: Event, account_id: int, call: Call) -> dict[str, Any]:
    """One event; the budget carries kopecks only on an account that has them."""
    plural = _PLURAL.get(event.entity_type, f"{event.entity_type}s")
    entity = {"id": event.entity_id, "_links": call.link(f"{plural}/{event.entity_id}")}
    if isinstance(event, TalkEvent):
        entity["linked_talk_contact_id"] = event.linked_talk_contact_id
    return {
        "id": event.id,
        "type": event.type,
        "entity_id": event.entity_id,
        "entity_type": event.entity_type,
        "created_by": event.created_by,
        "created_at": event.created_at,
        "value_after": _values(event, event.value_after, call.faults),
        "value_before": _values(event, event.value_before, call.faults),
        "account_id": account_id,
        "_links": call.link(f"events/{event.id}"),
        "_embedded": {"entity": entity},
    }


def _values(event: Event, values: list[dict[str, Any]], faults: Faults) -> list[dict[str, Any]]:
    if event.type != "sale_field_changed":
        return values
    return [{"sale_field_value": _sale(value["sale_field_value"], faults)} for value in values]


def _sale(value: dict[str, Any], faults: Faults) -> dict[str, Any]:
    exact = value.get("sale_with_minor_units", value["sale"])
    whole = {"sale": int(value["sale"])}
    return whole | {"sale_with_minor_units": float(exact)} if faults.minor_units else whole
