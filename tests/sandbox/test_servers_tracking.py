"""The local UIS, Calltouch and Metrica answer as their documentation says."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.running import Services, serve
from sandbox.simulation.calls import Contact
from sandbox.simulation.visits import COUNTER
from tests.sandbox.small import moment, small_company


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with serve(small_company(), feeds=("uis", "calltouch", "yandex_metrica")) as running:
        running.app("uis").state.account.journal.uis.append(
            Contact(1, "call", moment("2026-10-01 10:00"), "+79000000001", "missed", talk=5)
        )
        yield running


def uis(services: Services, method: str, **params: Any) -> Any:
    token = services.environment()["SOURCES__UIS__ACCESS_TOKEN"]
    params = {"access_token": token, **params}
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    response = requests.post(f"{services.url('uis')}/v2.0", json=body, timeout=10)
    assert response.status_code == 200  # whatever happens
    return response.json()


def test_uis_gives_the_fields_asked_for_and_counts(services: Services) -> None:
    span = {"date_from": "2026-09-01 00:00:00", "date_till": "2026-10-31 22:00:00"}
    answer = uis(services, "get.calls_report", **span, fields=["id", "is_lost"], limit=1)["result"]
    assert set(answer["data"][0]) == {"id", "is_lost"}
    assert answer["metadata"]["total_items"] >= 1
    assert answer["metadata"]["limits"]["day_remaining"] > 0
    assert uis(services, "get.account")["result"]["data"][0]["timezone"] == "Europe/Moscow"


@pytest.mark.parametrize(
    ("method", "params", "code", "mnemonic"),
    [
        ("get.account", {"access_token": "x"}, -32001, "access_token_invalid"),
        ("get.weather", {}, -32601, "method_not_found"),
        ("get.calls_report", {}, -32602, "required_parameter_missed"),
        ("get.calls_report", {"date_from": "1"}, -32602, "data_type_error"),
        (
            "get.calls_report",
            {"date_from": "2026-01-01 00:00:00", "date_till": "2026-10-01 00:00:00"},
            -32602,
            "date_interval_limit_reached",
        ),
        (
            "get.calls_report",
            {"date_from": "2026-10-01 00:00:00", "date_till": "2026-10-02 00:00:00", "page": 1},
            -32602,
            "unexpected_parameters",
        ),
    ],
)
def test_uis_errors(
    services: Services, method: str, params: dict[str, Any], code: int, mnemonic: str
) -> None:
    error = uis(services, method, **params)["error"]
    assert (error["code"], error["data"]["mnemonic"]) == (code, mnemonic)


def calltouch(services: Services, path: str, **params: str) -> requests.Response:
    token = services.environment()["SOURCES__CALLTOUCH__CLIENT_API_ID"]
    url = f"{services.url('calltouch')}/calls-service/RestAPI/{path}"
    return requests.get(url, {"clientApiId": token, **params}, timeout=10)


def test_calltouch_takes_two_formats_of_dates(services: Services) -> None:
    day = {"dateFrom": "30/09/2026", "dateTo": "30/09/2026"}
    calls = calltouch(services, "36418/calls-diary/calls", **day).json()
    assert {"page", "pageTotal", "pageSize", "recordsTotal", "records"} == set(calls)
    assert calltouch(services, "requests/", **day).status_code == 400  # there is no 30th month
    month_first = {"dateFrom": "09/30/2026", "dateTo": "09/30/2026"}
    assert calltouch(services, "requests/", **month_first).json() == []
    assert calltouch(services, "36418/calls-diary/calls", **month_first).status_code == 400
    assert calltouch(services, "requests/", clientApiId="x").status_code == 401


def metrica(services: Services, method: str, path: str, **params: str) -> requests.Response:
    token = services.environment()["SOURCES__YANDEX_METRICA__TOKEN"]
    url = f"{services.url('yandex_metrica')}/management/v1/counter/{COUNTER}{path}"
    headers = {"Authorization": f"OAuth {token}"}
    return requests.request(method, url, params=params, headers=headers, timeout=10)


def test_metrica_prepares_serves_and_cleans(services: Services) -> None:
    ask = {"date1": "2026-09-01", "date2": "2026-10-30", "source": "visits"}
    ask["fields"] = "ym:s:visitID,ym:s:dateTime,ym:s:dateTimeUTC"
    evaluation = metrica(services, "GET", "/logrequests/evaluate", **ask).json()
    assert evaluation["log_request_evaluation"]["possible"] is True
    number = metrica(services, "POST", "/logrequests", **ask).json()["log_request"]["request_id"]
    one = f"/logrequest/{number}"
    assert metrica(services, "GET", one).json()["log_request"]["status"] == "created"
    assert metrica(services, "POST", f"{one}/clean").status_code == 400
    ready = metrica(services, "GET", one).json()["log_request"]
    assert ready["status"] == "processed"
    part = metrica(services, "GET", f"{one}/part/0/download")
    assert len(part.content) == ready["parts"][0]["size"]
    header, *lines = part.text.splitlines()
    assert header.split("\t") == ask["fields"].split(",")
    # Moscow is three hours ahead of Greenwich, and so is the field that is called UTC
    assert all(line.split("\t")[1] == line.split("\t")[2] for line in lines)
    cleaned = metrica(services, "POST", f"{one}/clean").json()["log_request"]
    assert cleaned["status"] == "cleaned_by_user"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"date2": "2026-10-31"}, "before today"),
        ({"date1": "2026-10-31", "date2": "2026-10-01"}, "before today"),
        ({"fields": "ym:s:weather"}, "unknown field"),
        ({"fields": "ym:s:visitID," * 300}, "too many fields"),
        ({"source": "hits"}, "wrong source"),
    ],
)
def test_metrica_refuses_what_is_not_well_formed(
    services: Services, changed: dict[str, str], words: str
) -> None:
    ask = {"date1": "2026-10-01", "date2": "2026-10-02", "source": "visits"}
    ask |= {"fields": "ym:s:visitID", **changed}
    response = metrica(services, "POST", "/logrequests", **ask)
    assert response.status_code == 400
    assert words in response.json()["message"]
