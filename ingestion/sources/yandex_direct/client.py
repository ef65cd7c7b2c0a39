"""HTTP to Direct's API v5 about one cabinet: waits out what can be, words for what cannot."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

import requests

from ingestion.errors import SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, HttpClient, Throttle, parse_json
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.faults import PATIENT, WAITS, error_for, read_fault
from ingestion.sources.yandex_direct.owners import Cabinet
from ingestion.sources.yandex_direct.settings import NAME

logger = logging.getLogger(__name__)

_ERROR_STATUSES = (400, 500)
_PAGE = 10_000  # objects, the API's most
_FEW_POINTS = 10  # percent of the day's


class DirectClient:
    """Calls about one cabinet.

    Args:
        section: address, patience and pace.
        cabinet: whose; its login goes as ``Client-Login`` unless it is an agency itself.
        throttle: shared by every client of a run.
        deadline: on the clock; no error of Direct is waited for beyond it. None: none is at all.
    """

    def __init__(
        self,
        section: YandexDirectSection,
        cabinet: Cabinet,
        throttle: Throttle,
        clock: Clock = SYSTEM_CLOCK,
        deadline: float | None = None,
    ) -> None:
        self.clock = clock
        self.deadline = clock.now() if deadline is None else deadline
        self.where = f"{NAME}: cabinet {cabinet.login}"
        self._cabinet = cabinet
        self._tries = section.max_attempts
        self._few_points_said = False
        self._http = HttpClient(
            NAME,
            section.base_url,
            throttle,
            auth=lambda: {"Authorization": f"Bearer {cabinet.token()}"},
            clock=clock,
            timeout=section.timeout_seconds,
            max_attempts=self._tries,
        )

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> "DirectClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The ``result`` of a service's method.

        Raises:
            SourceFormatError: there is none.
        """
        answer = parse_json(self.ask(path, body))
        with self.documented(path):
            result: dict[str, Any] = answer["result"]
            result.items()
        return result

    def pages(
        self, path: str, params: dict[str, Any], key: str, page: int = _PAGE
    ) -> Iterator[dict[str, Any]]:
        """Every object that a service's method ``get`` lists under ``key``, page by page."""
        offset: int | None = 0
        while offset is not None:
            asked = {**params, "Page": {"Limit": page, "Offset": offset}}
            result = self.call(path, {"method": "get", "params": asked})
            with self.documented(path):
                found = [{**item} for item in result.get(key, [])]
                following: int | None = result.get("LimitedBy")
                if following is not None and following <= offset:
                    raise ValueError  # the same page for ever
            yield from found
            offset = following

    @contextlib.contextmanager
    def documented(self, path: str) -> Iterator[None]:
        """Says which service's answer is not in the documented form, where one is taken apart."""
        try:
            yield
        except (KeyError, TypeError, ValueError, AttributeError):
            raise SourceFormatError(
                f"{self.where}: the answer of {path.rpartition('/')[2]} is not in Direct's form; "
                "check sources.yandex_direct.base_url in company.toml"
            ) from None

    def ask(
        self,
        path: str,
        body: dict[str, Any],
        headers: dict[str, str] | None = None,
        until: float | None = None,
    ) -> requests.Response:
        """A good answer, after waiting out what can be.

        Args:
            until: for reports, instead of the client's deadline; 502 is then let through, because
                it means a span that is too long.

        Raises:
            SkvozError: what Direct refuses, or what did not end while this run could wait.
        """
        accept = (200, 201, 202, *_ERROR_STATUSES, *((502,) if until else ()))
        sent = {"Accept-Language": "en", **(headers or {})}
        if not self._cabinet.is_agency:
            sent["Client-Login"] = self._cabinet.login
        tries = 1
        while True:
            response = self._http.request("POST", path, json=body, headers=sent, accept=accept)
            self._note_points(response)
            fault = None if response.status_code == 502 else read_fault(response)
            if fault is None:
                return response
            wait = WAITS.get(fault.code)
            is_left = fault.code in PATIENT or tries < self._tries
            if wait is None or not is_left or self.clock.now() + wait > (until or self.deadline):
                raise error_for(fault.without(self._cabinet.token()), self.where)
            logger.warning("%s: error %d, waiting %.0f s", self.where, fault.code, wait)
            self.clock.sleep(wait)
            tries += 1

    def _note_points(self, response: requests.Response) -> None:
        """Says once that few API points are left: another program may be spending them."""
        parts = response.headers.get("Units", "").split("/")
        if len(parts) != 3 or not all(part.isdecimal() for part in parts):
            return
        _, available, daily = map(int, parts)
        if available * 100 < daily * _FEW_POINTS and not self._few_points_said:
            self._few_points_said = True
            logger.warning("%s: %d of %d API points are left", self.where, available, daily)
