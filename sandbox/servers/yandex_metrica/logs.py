"""Requests for logs: queued, prepared in parts, downloaded, cleaned."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.servers.yandex_metrica.errors import MetricaError
from sandbox.servers.yandex_metrica.faults import MetricaFaults
from sandbox.servers.yandex_metrica.table import FIELDS, lines
from sandbox.simulation.visits import Visit

_FIELDS_LENGTH = 3000


@dataclass
class LogRequest:
    """One request for logs and what was prepared for it."""

    id: int
    counter: int
    first: date
    last: date
    fields: list[str]
    status: str = "created"
    polls_left: int = 0
    parts: list[bytes] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """The request in the service's words."""
        found = {
            "request_id": self.id,
            "counter_id": self.counter,
            "source": "visits",
            "date1": self.first.isoformat(),
            "date2": self.last.isoformat(),
            "fields": self.fields,
            "status": self.status,
            "attribution": "LASTSIGN",
        }
        if self.status == "processed":
            found["size"] = sum(map(len, self.parts))
            found["parts"] = [
                {"part_number": number, "size": len(part)} for number, part in enumerate(self.parts)
            ]
        return found


class Logs:
    """The Logs API of one counter."""

    def __init__(
        self, counter: int, visits: list[Visit], now: datetime, faults: MetricaFaults
    ) -> None:
        self.counter, self.visits, self.now, self.faults = counter, visits, now, faults
        self.requests: dict[int, LogRequest] = {}
        self._ids = count(4_000_001)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.faults.timezone)

    @property
    def kept(self) -> int:
        """Bytes that are prepared and not cleaned."""
        return sum(len(part) for asked in self.requests.values() for part in asked.parts)

    def evaluate(self, query: dict[str, str]) -> dict[str, Any]:
        """Whether a request is possible, and how many days one may span."""
        first, last, _ = self._checked(query)
        has_room = self.kept < self.faults.quota_bytes
        most = self.faults.max_days if has_room else 0
        return {"possible": (last - first).days < most, "max_possible_day_quantity": most}

    def create(self, query: dict[str, str]) -> LogRequest:
        """Put a request into the queue.

        Raises:
            MetricaError: it is not well formed, or not possible now.
        """
        first, last, fields = self._checked(query)
        if not self.evaluate(query)["possible"]:
            raise MetricaError(400, "invalid_parameter", "quota of prepared logs is exceeded")
        asked = LogRequest(next(self._ids), self.counter, first, last, fields)
        asked.polls_left = self.faults.polls_before_ready
        self.requests[asked.id] = asked
        return asked

    def look(self, request_id: int) -> LogRequest:
        """One request; every look moves it on in the queue."""
        asked = self.find(request_id)
        if asked.status in {"created", "awaiting_retry"}:
            if asked.polls_left > 0:
                asked.polls_left -= 1
            elif self.faults.endings:
                asked.status = self.faults.endings.popleft()
            else:
                self._prepare(asked)
        return asked

    def find(self, request_id: int) -> LogRequest:
        if request_id not in self.requests:
            raise MetricaError(404, "not_found", f"request {request_id} is not found")
        return self.requests[request_id]

    def part(self, request_id: int, number: int) -> bytes:
        asked = self.find(request_id)
        if asked.status != "processed" or number >= len(asked.parts):
            raise MetricaError(400, "invalid_parameter", "the part is not ready")
        return asked.parts[number]

    def clean(self, request_id: int) -> LogRequest:
        asked = self.find(request_id)
        if asked.status != "processed" or self.faults.refuse_clean:
            raise MetricaError(400, "invalid_parameter", "only a processed request can be cleaned")
        asked.status, asked.parts = "cleaned_by_user", []
        return asked

    def cancel(self, request_id: int) -> LogRequest:
        asked = self.find(request_id)
        if asked.status not in {"created", "awaiting_retry"}:
            raise MetricaError(400, "invalid_parameter", "only a created request can be canceled")
        asked.status = "canceled"
        return asked

    def _checked(self, query: dict[str, str]) -> tuple[date, date, list[str]]:
        try:
            first, last = (date.fromisoformat(query[name]) for name in ("date1", "date2"))
            fields = query["fields"].split(",")
        except KeyError as missing:
            raise MetricaError(400, "missing_parameter", str(missing)) from None
        except ValueError:
            raise MetricaError(400, "invalid_parameter", "wrong date") from None
        if query.get("source") != "visits" or len(query["fields"]) > _FIELDS_LENGTH:
            raise MetricaError(400, "invalid_parameter", "wrong source or too many fields")
        unknown = [name for name in fields if name not in FIELDS]
        if unknown:
            raise MetricaError(400, "invalid_parameter", f"unknown field {unknown[0]}")
        if not first <= last < self.now.astimezone(self.zone).date():
            raise MetricaError(400, "invalid_parameter", "date2 must be before today")
        return first, last, fields

    def _prepare(self, asked: LogRequest) -> None:
        chosen = [
            visit
            for visit in self.visits
            if asked.first <= datetime.fromtimestamp(visit.at, self.zone).date() <= asked.last
        ]
        size = self.faults.part_rows
        cuts = range(0, max(len(chosen), 1), size)
        for cut in cuts:
            start = cut - 1 if cut and self.faults.repeat_first_row else cut
            printed = list(lines(asked.fields, chosen[start : cut + size], self.zone))
            for number, text in self.faults.broken_lines.items():
                if number < len(printed):
                    printed[number] = text + "\n"
            if self.faults.other_columns:
                printed[0] = "ym:s:unasked\t" + printed[0]
            asked.parts.append("".join(printed).encode())
        asked.status = "processed"
