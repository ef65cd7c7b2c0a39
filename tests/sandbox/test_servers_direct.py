"""The local Yandex Direct: campaigns, reports, and how figures change."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import requests

from sandbox.faults import Rewrite
from sandbox.model import Campaign
from sandbox.running import Services, serve
from tests.sandbox.servers_client import REPORT, error_code, report, table
from tests.sandbox.small import LOGIN, small_company

ROWS = [
    ["2026-10-27", "700001", "Бренд", "1000", "20", "1220.00"],
    ["2026-10-27", "700002", "Общие запросы", "5000", "31", "2440.61"],
    ["2026-10-28", "700001", "Бренд", "900", "18", "1100.10"],
    ["2026-10-28", "700002", "Общие запросы", "100", "0", "0.00"],
    ["2026-10-30", "700001", "Бренд", "950", "19", "1159.00"],
    ["2026-10-30", "700002", "Общие запросы", "4000", "25", "2000.00"],
]


@pytest.fixture
def services() -> Iterator[Services]:
    with serve(small_company()) as running:
        yield running


def campaigns(
    services: Services, token: str | None = None, login: str = LOGIN, **params: Any
) -> requests.Response:
    body = {"method": "get", "params": {"SelectionCriteria": {}, "FieldNames": ["Id"], **params}}
    headers = {"Authorization": f"Bearer {token or services.direct_token}", "Client-Login": login}
    url = f"{services.direct_url}/json/v5/campaigns"
    return requests.post(url, json=body, headers=headers, timeout=10)


def test_campaigns_give_the_fields_asked_for(services: Services) -> None:
    response = campaigns(
        services,
        FieldNames=["Id", "Name", "Type", "State", "StartDate", "Currency", "TimeZone"],
        TextCampaignFieldNames=["TrackingParams"],
    )
    assert response.headers["units"]
    first, second, third = response.json()["result"]["Campaigns"]
    assert first == {
        "Id": 700001,
        "Name": "Бренд",
        "Type": "TEXT_CAMPAIGN",
        "State": "ON",
        "StartDate": "2026-09-01",
        "Currency": "RUB",
        "TimeZone": "Europe/Moscow",
        "TextCampaign": {
            "TrackingParams": "utm_source=yandex&utm_medium=cpc&utm_campaign={campaign_id}"
        },
    }
    assert "TextCampaign" not in second
    assert third["State"] == "ARCHIVED"


def test_campaigns_are_paged_by_offset(services: Services) -> None:
    first = campaigns(services, Page={"Limit": 2}).json()["result"]
    assert ([c["Id"] for c in first["Campaigns"]], first["LimitedBy"]) == ([700001, 700002], 2)
    last = campaigns(services, Page={"Limit": 2, "Offset": 2}).json()["result"]
    assert ([c["Id"] for c in last["Campaigns"]], "LimitedBy" in last) == ([700003], False)
    assert campaigns(services, Page={"Limit": 2, "Offset": 4}).json() == {"result": {}}


def test_campaigns_are_selected(services: Services) -> None:
    chosen = campaigns(services, SelectionCriteria={"States": ["ARCHIVED"]}).json()["result"]
    assert [c["Id"] for c in chosen["Campaigns"]] == [700003]


def test_errors_of_services_come_under_http_200(services: Services) -> None:
    for response, code in (
        (campaigns(services, token="bad"), 53),
        (campaigns(services, login="stranger"), 8800),
        (campaigns(services, FieldNames=[]), 8000),
        (campaigns(services, FieldNames=["Wrong"]), 8000),
    ):
        assert (response.status_code, error_code(response)) == (200, code)


def test_errors_of_reports_come_under_http_400(services: Services) -> None:
    bad = {"Authorization": "Bearer bad"}
    for response, code in (
        (report(services, bad), 53),
        (report(services, {"Client-Login": "stranger"}), 8800),
        (report(services, FieldNames=["Wrong"]), 8000),
        (report(services, Format="CSV"), 8000),
        (report(services, SelectionCriteria={}), 8000),
    ):
        assert (response.status_code, error_code(response)) == (400, code)


@pytest.mark.parametrize(("code", "status"), [(52, 500), (1000, 500), (152, 400), (506, 400)])
def test_planned_errors_come_once(services: Services, code: int, status: int) -> None:
    services.faults.direct_errors.append(code)
    failed = report(services)
    assert (failed.status_code, error_code(failed)) == (status, code)
    assert report(services).status_code == 200


def test_a_report_prints_rows_in_the_order_of_fields(services: Services) -> None:
    response = report(services)
    assert response.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    assert response.headers["reportsInQueue"] == "0"
    assert response.text.splitlines()[0] == "\t".join(REPORT["FieldNames"])
    assert table(response) == ROWS
    assert table(report(services, FieldNames=["Clicks", "Date"]))[0] == ["51", "2026-10-27"]


def test_header_and_summary_are_there_unless_skipped(services: Services) -> None:
    told = report(services, {"skipReportHeader": "false", "skipReportSummary": "false"})
    lines = told.text.splitlines()
    assert lines[0] == '"spend (2026-10-27 - 2026-10-30)"'
    assert lines[-1] == "Total rows: 6"
    bare = report(services, {"skipColumnHeader": "true"})
    assert bare.text.splitlines()[0].startswith("2026-10-27")


def test_money_comes_in_micros_unless_told_otherwise(services: Services) -> None:
    micros = report(services, {"returnMoneyInMicros": "true"})
    assert table(micros)[1][-1] == "2440610000"


def test_what_cannot_be_counted_is_two_dashes_and_zero_stays_zero(services: Services) -> None:
    rows = table(report(services, FieldNames=["Date", "CampaignId", "Cost", "AvgCpc"]))
    assert rows[3] == ["2026-10-28", "700002", "0.00", "--"]
    services.faults.direct_blank_fields = frozenset({"CampaignName", "Cost"})
    assert table(report(services))[0][2:] == ["--", "1000", "20", "--"]


def test_net_cost_follows_the_rate_of_the_day(services: Services) -> None:
    turn = {"DateFrom": "2025-12-31", "DateTo": "2026-01-01"}
    fields = ["Date", "Cost"]
    gross = report(services, SelectionCriteria=turn, FieldNames=fields)
    net = report(services, SelectionCriteria=turn, FieldNames=fields, IncludeVAT="NO")
    assert table(gross) == [["2025-12-31", "120.00"], ["2026-01-01", "122.00"]]
    assert table(net) == [["2025-12-31", "100.00"], ["2026-01-01", "100.00"]]


def test_a_campaign_report_groups_by_campaign_without_being_asked(services: Services) -> None:
    fields = ["Date", "Clicks"]
    custom = table(report(services, FieldNames=fields))
    typed = table(report(services, FieldNames=fields, ReportType="CAMPAIGN_PERFORMANCE_REPORT"))
    assert (len(custom), len(typed)) == (3, 6)


def test_a_report_is_filtered_by_campaign(services: Services) -> None:
    chosen = {"Field": "CampaignId", "Operator": "IN", "Values": ["700002"]}
    criteria = {**REPORT["SelectionCriteria"], "Filter": [chosen]}
    assert table(report(services, SelectionCriteria=criteria)) == ROWS[1::2]
    by_name = {"Field": "CampaignName", "Operator": "IN", "Values": ["Бренд"]}
    criteria = {**REPORT["SelectionCriteria"], "Filter": [by_name]}
    assert error_code(report(services, SelectionCriteria=criteria)) == 8000


def test_an_empty_report_is_its_column_line(services: Services) -> None:
    nothing = {"DateFrom": "2026-10-29", "DateTo": "2026-10-29"}
    response = report(services, SelectionCriteria=nothing)
    assert response.text == "\t".join(REPORT["FieldNames"]) + "\n"


def test_each_login_sees_its_own(services: Services) -> None:
    services.company.campaigns.append(Campaign(800001, "Чужая", login="other"))
    assert len(campaigns(services).json()["result"]["Campaigns"]) == 3
    assert table(report(services, {"Client-Login": "other"})) == []


def test_a_long_span_times_out_at_the_proxy(services: Services) -> None:
    services.faults.direct_span_limit_days = 3
    assert report(services).status_code == 502
    short = {"DateFrom": "2026-10-28", "DateTo": "2026-10-30"}
    assert report(services, SelectionCriteria=short).status_code == 200


def test_history_is_rewritten_cheaper_and_with_fewer_rows(services: Services) -> None:
    day = date(2026, 10, 27)
    services.faults.direct_rewritten[day] = Rewrite(Decimal("0.5"), drop=0)
    assert [row[-1] for row in table(report(services))][:2] == ["610.00", "1220.30"]
    services.faults.direct_rewritten[day] = Rewrite(drop=1)
    assert [row[1] for row in table(report(services)) if row[0] == "2026-10-27"] == ["700002"]
    services.faults.direct_rewritten[day] = Rewrite(drop="all")
    assert table(report(services)) == ROWS[2:]


def test_twenty_requests_in_ten_seconds_when_switched_on(services: Services) -> None:
    services.faults.direct_requests_per_10s = 2
    answers = [report(services) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 400]
    assert error_code(answers[2]) == 56


def test_planned_failures_of_the_way_there(services: Services) -> None:
    services.faults.fail_next("/json/v5/reports", 502, 500, "drop")
    assert report(services).status_code == 502
    assert error_code(report(services)) == 1000
    with pytest.raises(requests.exceptions.RequestException):
        report(services)
    assert report(services).status_code == 200
