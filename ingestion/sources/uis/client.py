"""HTTP to the Data API 2.0 of UIS and CoMagic: the account, and reports read to their end."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.errors import ServiceUnavailableError, SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, HttpClient, Throttle, parse_json
from ingestion.settings import secret
from ingestion.sources.uis.config import UisSection
from ingestion.sources.uis.faults import (
    COMPONENT_DISABLED,
    LIMIT_EXCEEDED,
    WAITS,
    Fault,
    error_for,
)
from ingestion.sources.uis.settings import NAME, Report

logger = logging.getLogger(__name__)

_PATH = "v2.0"
PAGE = 1000  # rows; the service allows ten thousand, an answer of which takes minutes
_READINGS = 3  # of a span that changes while it is read
_RESERVE = 2  # requests of a minute or a day that are left to the company's other programs
_LONGEST_PAUSE = 120.0  # seconds; a limit that lasts longer is left to the next run
_MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Account:
    """The account that the token opens; times of its reports are of ``timezone``."""

    id: int
    name: str
    timezone: str


class UisClient:
    """Calls with one access token.

    Args:
        page: rows asked for at once.
        tries: of one request, over errors that waiting may mend; None: as the section says.
    """

    def __init__(
        self,
        section: UisSection,
        clock: Clock = SYSTEM_CLOCK,
        page: int = PAGE,
        tries: int | None = None,
    ) -> None:
        self._clock, self._page = clock, page
        self._tries = tries or section.max_attempts
        self._throttle = Throttle(section.requests_per_second, clock)
        self._http = HttpClient(
            NAME,
            section.base_url,
            self._throttle,
            clock=clock,
            timeout=section.timeout_seconds,
            max_attempts=self._tries,
        )
        self.day_remaining: int | None = None  # requests left today, as of the last answer
        self._lacking: set[str] = set()  # fields of components that the account has not bought

    def close(self) -> None:
        self._http.close()

    def account(self) -> Account:
        """Whose token it is, and in which zone the account lives."""
        data, _ = self._call("get.account", {})
        found = data[0] if isinstance(data, list) and data else data
        try:
            zone = str(found.get("timezone") or "")
            return Account(int(found["app_id"]), str(found.get("name") or ""), zone)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise SourceFormatError(
                "uis: get.account does not say whose token it is; "
                "check sources.uis.base_url in company.toml"
            ) from None

    def report(self, report: Report, since: datetime, until: datetime) -> list[Any]:
        """Every record of a report between two moments of the account's zone, both included.

        Pages are cut by offset, so a record that appears or goes while they are read shifts the
        others: the total must stay the same to the end, else everything is read again.

        Raises:
            ServiceUnavailableError: the report does not stand still, or a limit is used up.
        """
        before: list[str] | None = None
        for _ in range(_READINGS):
            total, records = self._read(report, since, until)
            # the same twice over: then the service itself lists a record more than once
            if len(records) == total or (total and list(records) == before):
                return list(records.values())
            before = list(records)
            logger.warning("uis: %s changed while it was read; reading again", report.method)
        raise ServiceUnavailableError(
            f"uis: {report.method} from {since:{_MOMENT}} to {until:{_MOMENT}} changed every time "
            "it was read; run again later"
        )

    def _read(
        self, report: Report, since: datetime, until: datetime
    ) -> tuple[int | None, dict[str, Any]]:
        """(total, records of all pages by id); the total is None when pages do not fit together."""
        records: dict[str, Any] = {}
        offset, total = 0, None
        while total is None or offset < total:
            params = {
                "date_from": since.strftime(_MOMENT),
                "date_till": until.strftime(_MOMENT),
                "limit": self._page,
                "offset": offset,
                "fields": [field for field in report.asked if field not in self._lacking],
                "sort": [{"field": report.moment, "order": "asc"}],
            }
            data, found = self._call(report.method, params)
            if not isinstance(data, list) or found is None:
                raise SourceFormatError(
                    f"uis: {report.method} answers without data or total_items; "
                    "check sources.uis.base_url in company.toml"
                )
            if (total is not None and found != total) or (not data and offset < found):
                return None, records
            total = found
            for number, record in enumerate(data, start=offset):
                known = isinstance(record, dict) and record.get("id") is not None
                records[str(record["id"]) if known else f"without id {number}"] = record
            offset += len(data)
        return total, records

    def _call(self, method: str, params: dict[str, Any]) -> tuple[Any, int | None]:
        """(data, total_items) of a good answer, after waiting out what can be."""
        token = secret(NAME, "access_token")
        tries = 1
        while True:
            body = {
                "jsonrpc": "2.0",
                "id": f"skvoz-{tries}",
                "method": method,
                "params": {"access_token": token, **params},
            }
            answer = parse_json(self._http.request("POST", _PATH, json=body))
            result = answer.get("result") if isinstance(answer, dict) else None
            if isinstance(result, dict):
                metadata = result.get("metadata")
                metadata = metadata if isinstance(metadata, dict) else {}
                self._heed(metadata.get("limits"))
                return result.get("data"), _whole(metadata.get("total_items"))
            if not isinstance(answer, dict) or "error" not in answer:
                raise SourceFormatError(
                    f"uis: {method} answers neither a result nor an error; "
                    "check sources.uis.base_url in company.toml"
                )
            fault = Fault.of(answer["error"], token)
            if self._does_without(fault, params):
                continue
            wait = WAITS.get(fault.code)
            if wait is None or tries >= self._tries or self.day_remaining == 0:
                raise error_for(fault, method)
            logger.warning("uis: %s: %s, waiting %.0f s", method, fault.words, wait)
            self._throttle.pause(wait)
            tries += 1

    def _does_without(self, fault: Fault, params: dict[str, Any]) -> bool:
        """Whether the fault is about one field of a component that is not there, now left out."""
        fields: list[str] = params.get("fields", [])
        if fault.code != COMPONENT_DISABLED or fault.field not in fields:
            return False
        logger.warning("uis: the account has no %s; the column stays empty", fault.field)
        self._lacking.add(fault.field)
        fields.remove(fault.field)
        return True

    def _heed(self, limits: Any) -> None:
        """Slow down before a limit is hit: the minute's is waited out, the day's ends the run."""
        if not isinstance(limits, dict):
            return
        self.day_remaining = _whole(limits.get("day_remaining"))
        minute = _whole(limits.get("minute_remaining"))
        if minute is not None and minute < _RESERVE:
            reset = _whole(limits.get("minute_reset"))
            self._throttle.pause(min(float(reset if reset is not None else 60), _LONGEST_PAUSE))


def zone_of(section: UisSection, account: Account, company_zone: ZoneInfo) -> ZoneInfo:
    """The zone of a report's times: as set, else as the account says, else the company's.

    Raises:
        SourceFormatError: the account names a zone that nobody knows.
    """
    name = section.timezone or account.timezone
    try:
        return ZoneInfo(name) if name else company_zone
    except (KeyError, ValueError):
        raise SourceFormatError(
            f'uis: the account\'s zone "{name}" is not an IANA zone; '
            "set sources.uis.timezone in company.toml, e.g. Europe/Moscow"
        ) from None


def _whole(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() else None


__all__ = ["LIMIT_EXCEEDED", "Account", "UisClient", "zone_of"]
