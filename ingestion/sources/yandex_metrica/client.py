"""HTTP to Metrica: a counter's settings, requests for logs, parts of them onto the disk."""

import contextlib
import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests

from ingestion.days import Span
from ingestion.errors import ServiceUnavailableError, SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, HttpClient, Throttle, parse_json
from ingestion.settings import secret
from ingestion.sources.yandex_metrica.config import YandexMetricaSection
from ingestion.sources.yandex_metrica.faults import (
    QUOTA_WAIT,
    STATUSES,
    error_for,
    is_momentary,
    kind_of,
)
from ingestion.sources.yandex_metrica.settings import FIELDS, NAME

logger = logging.getLogger(__name__)

CHUNK = 2**20  # bytes of a part that are in memory at once


@dataclass(frozen=True)
class LogRequest:
    """A request for logs as the service knows it; ``parts`` are numbers of what was prepared."""

    id: int
    status: str
    span: Span
    is_ours: bool  # asks for exactly the fields that this project asks for
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Evaluation:
    """Whether a span can be asked for at once, else how many days can."""

    is_possible: bool
    most_days: int


class MetricaClient:
    """Calls for any counter that a token opens."""

    def __init__(
        self,
        section: YandexMetricaSection,
        clock: Clock = SYSTEM_CLOCK,
        max_attempts: int | None = None,
    ) -> None:
        self._tries = max_attempts or section.max_attempts
        self._throttle = Throttle(section.requests_per_second, clock)
        self._http = HttpClient(
            NAME,
            section.base_url,
            self._throttle,
            clock=clock,
            timeout=section.timeout_seconds,
            max_attempts=self._tries,
        )

    def close(self) -> None:
        self._http.close()

    def zone(self, counter: str) -> ZoneInfo:
        """The zone whose days and times the counter's logs have."""
        found = self._call("GET", counter, "").get("counter")
        name = found.get("time_zone_name") if isinstance(found, dict) else None
        try:
            return ZoneInfo(str(name))
        except (KeyError, ValueError):
            raise SourceFormatError(
                f"yandex_metrica: counter {counter} does not say its time zone "
                f"({str(name)[:40]}); check sources.yandex_metrica.base_url in company.toml"
            ) from None

    def evaluate(self, counter: str, span: Span) -> Evaluation:
        found = self._call("GET", counter, "/logrequests/evaluate", _query(span))
        try:
            evaluation = found["log_request_evaluation"]
            most = int(evaluation.get("max_possible_day_quantity") or 0)
            return Evaluation(bool(evaluation["possible"]), most)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _other_form(counter, "an evaluation") from None

    def create(self, counter: str, span: Span) -> LogRequest:
        found = self._call("POST", counter, "/logrequests", _query(span))
        return _log_request(found.get("log_request"), counter)

    def list_requests(self, counter: str) -> list[LogRequest]:
        """All requests of the counter, other programs' among them."""
        found = self._call("GET", counter, "/logrequests").get("requests")
        if not isinstance(found, list):
            raise _other_form(counter, "the list of log requests")
        return [_log_request(item, counter) for item in found]

    def look(self, counter: str, request_id: int) -> LogRequest:
        found = self._call("GET", counter, f"/logrequest/{request_id}")
        return _log_request(found.get("log_request"), counter)

    def clean(self, counter: str, request_id: int) -> None:
        """Delete what was prepared: it counts towards the counter's 10 GB until then."""
        self._call("POST", counter, f"/logrequest/{request_id}/clean")

    def cancel(self, counter: str, request_id: int) -> None:
        """Take a request out of the queue."""
        self._call("POST", counter, f"/logrequest/{request_id}/cancel")

    def download(self, counter: str, request_id: int, part: int, path: Path) -> None:
        """Write one part into a file, a chunk at a time.

        Raises:
            ServiceUnavailableError: the connection was lost in the middle, every time.
        """
        for attempt in range(1, self._tries + 1):
            call = f"/logrequest/{request_id}/part/{part}/download"
            with contextlib.closing(self._send("GET", counter, call, stream=True)) as response:
                try:
                    with path.open("wb") as file:
                        for chunk in response.iter_content(CHUNK):
                            file.write(chunk)
                    return
                except requests.RequestException as error:
                    reason = type(error).__name__
            logger.warning(
                "yandex_metrica: part %d of request %d was cut (%s), attempt %d of %d",
                *(part, request_id, reason, attempt, self._tries),
            )
            self._throttle.pause(2.0**attempt)
        raise ServiceUnavailableError(
            f"yandex_metrica: counter {counter}: part {part} of request {request_id} was cut in "
            f"the middle {self._tries} times; run again later"
        )

    def _call(
        self, method: str, counter: str, call: str, query: dict[str, str] | None = None
    ) -> dict[str, Any]:
        answer = parse_json(self._send(method, counter, call, query))
        if not isinstance(answer, dict):
            raise _other_form(counter, "an answer")
        return answer

    def _send(
        self,
        method: str,
        counter: str,
        call: str,
        query: dict[str, str] | None = None,
        *,
        stream: bool = False,
    ) -> requests.Response:
        token = secret(NAME, "token", counter)
        path = f"management/v1/counter/{counter}{call}"
        for attempt in range(1, self._tries + 1):
            response = self._http.request(
                method,
                path,
                query,
                headers={"Authorization": f"OAuth {token}"},
                accept=(200, *STATUSES),
                stream=stream,
            )
            if response.status_code == 200:
                return response
            if attempt == self._tries or not is_momentary(kind_of(response)[0]):
                break
            self._throttle.pause(QUOTA_WAIT)
        raise error_for(response, counter, f"{method} /{path}", token)


def _query(span: Span) -> dict[str, str]:
    return {
        "date1": span[0].isoformat(),
        "date2": span[1].isoformat(),
        "source": "visits",
        "fields": ",".join(FIELDS),
    }


def _log_request(item: Any, counter: str) -> LogRequest:
    try:
        fields = item.get("fields") or []
        return LogRequest(
            id=int(item["request_id"]),
            status=str(item["status"]),
            span=(date.fromisoformat(item["date1"][:10]), date.fromisoformat(item["date2"][:10])),
            is_ours=item.get("source") in ("visits", ["visits"]) and set(fields) == set(FIELDS),
            parts=tuple(int(part["part_number"]) for part in item.get("parts") or []),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _other_form(counter, "a log request") from None


def _other_form(counter: str, what: str) -> SourceFormatError:
    return SourceFormatError(
        f"yandex_metrica: counter {counter}: {what} is not in Metrica's form; "
        "check sources.yandex_metrica.base_url in company.toml"
    )
