"""HTTP to Calltouch: calls by pages, requests as one plain array a day.

The two take dates in two formats, and the token stands in the address: nothing here, and nothing
that a library logs, may show an address whole.
"""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from ingestion.errors import ServiceUnavailableError, SkvozError, SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, HttpClient, Throttle, parse_json
from ingestion.settings import secret
from ingestion.sources.calltouch.config import CalltouchSection
from ingestion.sources.calltouch.settings import CALL_OPTIONS, NAME, REQUEST_OPTIONS

logger = logging.getLogger(__name__)

PAGE = 1000  # rows, the service's most
_READINGS = 3  # of a span that changes while it is read
_CALLS_DATE = "%d/%m/%Y"
_REQUESTS_DATE = "%m/%d/%Y"  # month first, unlike calls
_PARAMETER = "clientApiId"


class _HidesAddresses(logging.Filter):
    """Keeps addresses with a token out of the HTTP library's own debug log."""

    def filter(self, record: logging.LogRecord) -> bool:
        return _PARAMETER not in record.getMessage()


_HIDES_ADDRESSES = _HidesAddresses()  # one object: adding it again changes nothing


class CalltouchClient:
    """Calls with one API token.

    Args:
        page: rows of calls asked for at once.
    """

    def __init__(
        self, section: CalltouchSection, clock: Clock = SYSTEM_CLOCK, page: int = PAGE
    ) -> None:
        logging.getLogger("urllib3.connectionpool").addFilter(_HIDES_ADDRESSES)
        self._page = page
        self._http = HttpClient(
            NAME,
            section.base_url,
            Throttle(section.requests_per_second, clock),
            clock=clock,
            timeout=section.timeout_seconds,
            max_attempts=section.max_attempts,
        )

    def close(self) -> None:
        self._http.close()

    def calls(self, site_id: str, first: date, last: date) -> list[Any]:
        """Every call of a site on these days, both included.

        A call that comes in while pages are read shifts the others: the total must stay the same
        to the end, else everything is read again.

        Raises:
            ServiceUnavailableError: the diary does not stand still.
        """
        before: list[str] | None = None
        for _ in range(_READINGS):
            total, records = self._read_calls(site_id, first, last)
            # the same twice over: then the service itself lists a call more than once
            if len(records) == total or (total and list(records) == before):
                return list(records.values())
            before = list(records)
            logger.warning("calltouch: site %s changed while it was read; reading again", site_id)
        raise ServiceUnavailableError(
            f"calltouch: site {site_id}: the calls of {first} to {last} changed every time they "
            "were read; run again later"
        )

    def requests(self, first: date, last: date) -> list[Any]:
        """Every request (form) of the account on these days; the service knows no pages here."""
        params = {
            "dateFrom": first.strftime(_REQUESTS_DATE),
            "dateTo": last.strftime(_REQUESTS_DATE),
            **REQUEST_OPTIONS,
        }
        answer = self._ask("calls-service/RestAPI/requests/", params)
        if not isinstance(answer, list):
            raise _other_form("the list of requests")
        known: dict[str, Any] = {}
        for number, record in enumerate(answer):
            known[_id_of(record, "requestId", number)] = record
        return list(known.values())

    def _read_calls(
        self, site_id: str, first: date, last: date
    ) -> tuple[int | None, dict[str, Any]]:
        """(total, records by id); the total is None when the pages do not fit together."""
        path = f"calls-service/RestAPI/{site_id}/calls-diary/calls"
        params = {
            "dateFrom": first.strftime(_CALLS_DATE),
            "dateTo": last.strftime(_CALLS_DATE),
            "limit": str(self._page),
            **CALL_OPTIONS,
        }
        records: dict[str, Any] = {}
        page, pages, total = 1, 1, None
        while page <= pages:
            answer = self._ask(path, {**params, "page": str(page)})
            try:
                found, listed = int(answer["recordsTotal"]), answer["records"]
                counted = int(answer["pageTotal"])
            except (KeyError, TypeError, ValueError):
                raise _other_form(f"the calls of site {site_id}") from None
            if not isinstance(listed, list):
                raise _other_form(f"the calls of site {site_id}")
            if total not in (None, found) or (not listed and page <= counted):
                return None, records
            for record in listed:
                records[_id_of(record, "callId", len(records))] = record
            page, pages, total = page + 1, counted, found
        return total, records

    def _ask(self, path: str, params: Mapping[str, str]) -> Any:
        token = secret(NAME, "client_api_id")
        try:
            return parse_json(self._http.request("GET", path, {**params, _PARAMETER: token}))
        except SkvozError as error:
            # an answer that echoes the address must not carry the token further
            text = str(error)
            if token not in text:
                raise
            clean = type(error)(text.replace(token, "***"))
        raise clean


def _id_of(record: Any, field: str, number: int) -> str:
    found = record.get(field) if isinstance(record, dict) else None
    return f"without id {number}" if found is None else str(found)


def _other_form(what: str) -> SourceFormatError:
    return SourceFormatError(
        f"calltouch: {what} is not in Calltouch's form; "
        "check sources.calltouch.base_url in company.toml"
    )
