"""HTTP to Direct's API v5: campaigns, and reports that are asked for until they are ready."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import requests

from ingestion.errors import ConfigError, ServiceUnavailableError, SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, HttpClient, Throttle, parse_json
from ingestion.settings import secret
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.faults import (
    QUEUE_FULL,
    TRIES,
    WAITS,
    error_for,
    read_fault,
)
from ingestion.sources.yandex_direct.settings import NAME, REQUESTS_PER_SECOND

REPORT_FIELDS = (
    "Date",
    "CampaignId",
    "CampaignName",
    "CampaignType",
    "Impressions",
    "Clicks",
    "Cost",
)
REPORT_LIMIT_SECONDS = 3600.0  # an hour of polling; Direct itself promises no time
_DEFAULT_RETRY_IN = 60.0  # Direct's own example waits so long when the header is absent
_CAMPAIGN_FIELDS = (
    *("Id", "Name", "Type", "Status", "State", "Currency", "TimeZone", "StartDate"),
)
# the types whose settings have TrackingParams; naming the field for another type is an error
TRACKED_TYPES = ("TextCampaign", "UnifiedCampaign", "SmartCampaign", "DynamicTextCampaign")
_PAGE = 10_000  # campaigns, the API's most
_LOGIN = re.compile(r"[A-Za-z0-9._@-]+")
_ERROR_STATUSES = (400, 500)


class SpanTooLongError(Exception):
    """Direct gave up (502) on a report: its span must be cut."""


class DirectClient:
    """Calls for any cabinet that one token opens.

    Args:
        section: address and cabinets.
        run_id: goes into report names, so that a run never gets a report built for another one:
            Direct serves a ready offline report for five hours as it was.
        tries: of one request, over errors that waiting may mend.
    """

    def __init__(
        self,
        section: YandexDirectSection,
        run_id: str,
        clock: Clock = SYSTEM_CLOCK,
        tries: int = TRIES,
    ) -> None:
        self._run_id = run_id
        self._clock = clock
        self._tries = tries
        self._http = HttpClient(
            NAME,
            section.base_url,
            Throttle(REQUESTS_PER_SECOND, clock),
            auth=lambda: {"Authorization": f"Bearer {secret(NAME, 'token')}"},
            clock=clock,
            timeout=120,  # an online report may take as long as Direct's own limit
            max_attempts=tries,
        )

    def close(self) -> None:
        self._http.close()

    def campaigns(self, login: str, page: int = _PAGE) -> Iterator[dict[str, Any]]:
        """Campaigns of a cabinet in all states, as the API has them.

        Address v501: under v5 unified campaigns are not listed.
        """
        offset: int | None = 0
        while offset is not None:
            params: dict[str, Any] = {
                "SelectionCriteria": {},
                "FieldNames": _CAMPAIGN_FIELDS,
                "Page": {"Limit": page, "Offset": offset},
            }
            params |= {f"{kind}FieldNames": ["TrackingParams"] for kind in TRACKED_TYPES}
            body = {"method": "get", "params": params}
            answer = parse_json(self._ask("json/v501/campaigns", login, body))
            try:
                result = answer["result"]
                found = [{**item, "Id": int(item["Id"])} for item in result.get("Campaigns", [])]
                following = result.get("LimitedBy")
                if following is not None and following <= offset:
                    raise ValueError  # the same page for ever
            except (KeyError, TypeError, ValueError, AttributeError):
                raise SourceFormatError(
                    f"yandex_direct: cabinet {login}: the list of campaigns is not in Direct's "
                    "form; check sources.yandex_direct.base_url in company.toml"
                ) from None
            yield from found
            offset = following

    def currency(self, login: str) -> str | None:
        """The cabinet's currency; None while it has no campaign. Every campaign has the same."""
        campaign = next(self.campaigns(login, page=1), None)
        return campaign.get("Currency") if campaign else None

    def report(self, login: str, date_from: date, date_to: date) -> bytes:
        """Campaign × day with VAT, costs in millionths, as TSV with a line of column names.

        Raises:
            SpanTooLongError: cut the span and ask again.
            ServiceUnavailableError: not ready within an hour.
        """
        body = self._report_body(login, date_from, date_to)
        headers = {
            "processingMode": "auto",
            "returnMoneyInMicros": "true",
            "skipReportHeader": "true",
            "skipReportSummary": "true",
        }
        deadline = self._clock.now() + REPORT_LIMIT_SECONDS
        while True:
            # the same body and headers again are the way to ask whether it is ready
            response = self._ask("json/v5/reports", login, body, headers, deadline)
            if response.status_code == 502:
                raise SpanTooLongError
            if response.status_code == 200:
                return response.content
            wait = _retry_in(response)
            if self._clock.now() + wait > deadline:
                raise ServiceUnavailableError(
                    f"yandex_direct: cabinet {login}: the report for {date_from} to {date_to} was "
                    f"not ready in {REPORT_LIMIT_SECONDS / 60:.0f} minutes; run again later"
                )
            self._clock.sleep(wait)

    def _report_body(self, login: str, date_from: date, date_to: date) -> dict[str, Any]:
        params: dict[str, Any] = {
            "SelectionCriteria": {"DateFrom": date_from.isoformat(), "DateTo": date_to.isoformat()},
            "FieldNames": REPORT_FIELDS,
            "ReportType": "CAMPAIGN_PERFORMANCE_REPORT",
            "DateRangeType": "CUSTOM_DATE",
            "Format": "TSV",
            "IncludeVAT": "YES",
        }
        # a name met again with other parameters is an error while the first report lives
        text = json.dumps([login, params], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        name = f"skvoz {date_from} {date_to} {digest} {self._run_id}"
        return {"params": {**params, "ReportName": name}}

    def _ask(
        self,
        path: str,
        login: str,
        body: dict[str, Any],
        headers: dict[str, str] | None = None,
        deadline: float | None = None,
    ) -> requests.Response:
        """A good answer, after waiting out what can be; 502 is let through for reports."""
        if not _LOGIN.fullmatch(login):
            raise ConfigError(f'sources.yandex_direct.logins: "{login}" is not a login of Direct')
        accept = (200, 201, 202, *_ERROR_STATUSES, *((502,) if deadline else ()))
        sent = {"Client-Login": login, "Accept-Language": "en", **(headers or {})}
        tries = 1
        while True:
            response = self._http.request("POST", path, json=body, headers=sent, accept=accept)
            fault = None if response.status_code == 502 else read_fault(response)
            if fault is None:
                return response
            wait = WAITS.get(fault.code)
            # a full queue empties by itself: it is waited for as long as a report is
            is_patient = fault.code == QUEUE_FULL and deadline is not None
            is_late = deadline is not None and wait and self._clock.now() + wait > deadline
            if wait is None or is_late or (tries >= self._tries and not is_patient):
                raise error_for(fault.without(secret(NAME, "token")), login)
            self._clock.sleep(wait)
            tries += 1


def _retry_in(response: requests.Response) -> float:
    text = response.headers.get("retryIn", "")
    return max(1.0, float(text)) if text.isdecimal() else _DEFAULT_RETRY_IN
