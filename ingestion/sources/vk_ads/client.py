"""HTTP to VK Ads' API v2: lists of objects, and statistics by day."""

import logging
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from ingestion.errors import SourceFormatError
from ingestion.http import Clock, HttpClient, Throttle, parse_json
from ingestion.http_answers import backoff, retry_after
from ingestion.settings import Settings
from ingestion.sources.vk_ads.auth import CabinetTokens
from ingestion.sources.vk_ads.config import Cabinet, VkAdsSection
from ingestion.sources.vk_ads.faults import (
    FINAL,
    UNKNOWN_IDS,
    error_for,
    read_fault,
    too_many_calls,
    used_up,
)
from ingestion.sources.vk_ads.settings import IDS_AT_ONCE, NAME, STATUSES

logger = logging.getLogger(__name__)

_WALKS = 3  # of a list that changes while it is read
_READ = (200, 400, 401, 403, 404, 429)


class UnknownIdsError(Exception):
    """VK does not answer for one of the ids; it does not say for which."""


class VkClient:
    """Calls for one cabinet.

    Args:
        throttle: shared by all cabinets and tables of a load.
        tries: of one request, over failures that waiting may mend.
    """

    def __init__(
        self,
        section: VkAdsSection,
        cabinet: Cabinet,
        settings: Settings,
        throttle: Throttle,
        clock: Clock,
        tries: int | None = None,
    ) -> None:
        self.cabinet = cabinet.name
        self._section = section
        self._throttle = throttle
        self._tries = tries or section.max_attempts
        self._plain = HttpClient(
            NAME,
            section.base_url,
            throttle,
            clock=clock,
            timeout=section.timeout_seconds,
            max_attempts=self._tries,
        )
        self._tokens = CabinetTokens(
            self._plain,
            cabinet,
            settings.state_dir / NAME,
            settings.now,
            drop_when_full=section.drop_tokens_when_full,
        )
        self._http = HttpClient(
            NAME,
            section.base_url,
            throttle,
            auth=self._tokens.headers,
            clock=clock,
            timeout=section.timeout_seconds,
            max_attempts=self._tries,
        )

    def close(self) -> None:
        self._plain.close()
        self._http.close()

    def items(self, kind: str, fields: Sequence[str]) -> list[dict[str, Any]]:
        """Every object of a kind (``ad_plans``, ``ad_groups``, ``banners``), each once, by id.

        Raises:
            SourceFormatError: the answer is not a list of VK's, or never becomes complete.
        """
        found: dict[int, dict[str, Any]] = {}
        for _ in range(_WALKS):
            count = self._walk(kind, fields, found)
            if len(found) >= count:
                return [found[number] for number in sorted(found)]
        raise SourceFormatError(
            f"vk_ads: cabinet {self.cabinet}: the list {kind} counts more objects than it shows in "
            f"{_WALKS} readings; run again when nobody edits the cabinet"
        )

    def one(self, kind: str) -> dict[str, Any] | None:
        """The first object of a kind: proof that the cabinet opens."""
        items, _ = self._page(kind, ("id",), limit=1, offset=0)
        return items[0] if items else None

    def _walk(self, kind: str, fields: Sequence[str], found: dict[int, dict[str, Any]]) -> int:
        """Read the list from its start into ``found``; how many objects it says it has.

        The next page begins where the last one ended, not a page size on: VK may send fewer.
        """
        offset = 0
        while True:
            items, count = self._page(kind, fields, self._section.page_size, offset)
            found.update((int(item["id"]), item) for item in items)
            offset += len(items)
            # twice the list is read only where pages do not move on
            if not items or len(found) >= count or offset > 2 * count:
                return count

    def _page(
        self, kind: str, fields: Sequence[str], limit: int, offset: int
    ) -> tuple[list[dict[str, Any]], int]:
        params = {
            "fields": ",".join(fields),
            "limit": limit,
            "offset": offset,
            "sorting": "id",  # unsorted pages may overlap and miss
            "_status__in": ",".join(STATUSES),
        }
        answer = self._ask(f"api/v2/{kind}.json", params)
        try:
            items = list(answer["items"])
            if all(int(item["id"]) > 0 for item in items):
                return items, int(answer["count"])
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        raise SourceFormatError(
            f"vk_ads: cabinet {self.cabinet}: the list {kind} at offset {offset} is not in VK's "
            "form (count, items with an id each); nothing was replaced, "
            "check sources.vk_ads.base_url in company.toml"
        )

    def days(
        self, kind: str, ids: Sequence[int], first: date, last: date
    ) -> tuple[list[Any], list[int]]:
        """Statistics by day of any number of objects, and the ids that VK does not answer for.

        One id that VK does not know fails the whole request, so the ids are halved until it is
        found.
        """
        items: list[Any] = []
        refused: list[int] = []
        pending = [ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE)]
        while pending:
            part = pending.pop(0)
            try:
                items += self._statistics(kind, part, first, last)
            except UnknownIdsError:
                middle = len(part) // 2
                if middle:
                    pending[:0] = [part[:middle], part[middle:]]
                else:
                    refused += part
        return items, refused

    def _statistics(self, kind: str, ids: Iterable[int], first: date, last: date) -> list[Any]:
        params = {
            "id": ",".join(map(str, ids)),
            "date_from": first.isoformat(),
            "date_to": last.isoformat(),
            "metrics": "base",
        }
        answer = self._ask(f"api/v2/statistics/{kind}/day.json", params)
        items = answer.get("items") if isinstance(answer, dict) else None
        if isinstance(items, list):
            return items
        raise SourceFormatError(
            f"vk_ads: cabinet {self.cabinet}: the statistics of {kind} for {first} to {last} have "
            "no list of items; nothing was replaced, "
            "check sources.vk_ads.base_url in company.toml"
        )

    def _ask(self, path: str, params: dict[str, Any]) -> Any:
        """A good answer's JSON, after waiting out and renewing what can be."""
        call, renewals, attempt = f"GET /{path}", 0, 1
        while True:
            response = self._http.request("GET", path, params=params, accept=_READ)
            if response.headers.get("X-RateLimit-RPS-Remaining", "").strip() == "0":
                self._throttle.pause(1)  # the limit is of a calendar second
            if response.status_code == 429:
                period = used_up(response)
                if period or attempt >= self._tries:
                    raise too_many_calls(self.cabinet, call, period)
                self._throttle.pause(max(retry_after(response), backoff(attempt)))
                attempt += 1
                continue
            fault = read_fault(response, call, self._tokens.words())
            if fault is None:
                return parse_json(response)
            if fault.status == 401 and fault.code not in FINAL and renewals < 2:
                # a refreshed one first; if VK does not take that either, a new one
                self._tokens.renew(anew=renewals == 1)
                renewals += 1
                continue
            if fault.code in UNKNOWN_IDS and "statistics" in path:
                raise UnknownIdsError
            raise error_for(fault, self.cabinet, call)
