"""A plain HTTP client of the local services, for tests of the services themselves."""

from typing import Any

import requests

from sandbox.running import Services
from tests.sandbox.small import LOGIN

REPORT: dict[str, Any] = {
    "SelectionCriteria": {"DateFrom": "2026-10-27", "DateTo": "2026-10-30"},
    "FieldNames": ["Date", "CampaignId", "CampaignName", "Impressions", "Clicks", "Cost"],
    "ReportName": "spend",
    "ReportType": "CUSTOM_REPORT",
    "DateRangeType": "CUSTOM_DATE",
    "Format": "TSV",
    "IncludeVAT": "YES",
}
PLAIN_TSV = {
    "skipReportHeader": "true",
    "skipReportSummary": "true",
    "returnMoneyInMicros": "false",
}


def get(services: Services, path: str, token: str | None = None) -> requests.Response:
    """GET /api/v4/{path} with the long-lived token, or another one."""
    headers = {"Authorization": f"Bearer {services.access_token if token is None else token}"}
    return requests.get(f"{services.amocrm_url}/api/v4/{path}", headers=headers, timeout=10)


def items(services: Services, path: str, name: str | None = None) -> list[dict[str, Any]]:
    """The rows of one page; none for 204."""
    response = get(services, path)
    if response.status_code == 204:
        return []
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()["_embedded"][name or path.partition("?")[0]]
    return rows


def ids(services: Services, path: str) -> list[Any]:
    """The ids of one page in the order listed."""
    return [row["id"] for row in items(services, path)]


def walk(services: Services, path: str) -> list[Any]:
    """Ids over all pages, following page numbers until 204 or no next link."""
    found: list[Any] = []
    for page in range(1, 100):
        response = get(services, f"{path}&page={page}")
        if response.status_code == 204:
            break
        body = response.json()
        found += [row["id"] for row in body["_embedded"][path.partition("?")[0]]]
        if "next" not in body["_links"]:
            break
    return found


def refresh(services: Services, token: str, **changed: str) -> requests.Response:
    """Exchange a refresh token."""
    body = {
        "client_id": services.client_id,
        "client_secret": services.client_secret,
        "grant_type": "refresh_token",
        "refresh_token": token,
        "redirect_uri": "https://example.test/",
        **changed,
    }
    return requests.post(f"{services.amocrm_url}/oauth2/access_token", json=body, timeout=10)


def report(
    services: Services, headers: dict[str, str] | None = None, **params: Any
) -> requests.Response:
    """POST one report request; keyword arguments replace parameters of ``REPORT``."""
    sent = {
        "Authorization": f"Bearer {services.direct_token}",
        "Client-Login": LOGIN,
        **PLAIN_TSV,
        **(headers or {}),
    }
    body = {"params": {**REPORT, **params}}
    return requests.post(
        f"{services.direct_url}/json/v5/reports", json=body, headers=sent, timeout=10
    )


def table(response: requests.Response) -> list[list[str]]:
    """Data rows of a report printed with its column line only."""
    assert response.status_code == 200, response.text
    return [line.split("\t") for line in response.text.splitlines()[1:]]


def error_code(response: requests.Response) -> int:
    """Direct's number of an error answer."""
    code: int = response.json()["error"]["error_code"]
    return code
