"""What doctor says of a healthy account, and in which words of a sick one."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from ingestion.http import HttpClient
from ingestion.registry import DoctorLine
from ingestion.sources.amocrm.doctor import doctor
from sandbox.model import User
from sandbox.servers.amocrm import render
from tests.ingestion.amocrm.conftest import MakeStand, Stand
from tests.ingestion.scripted import FakeClock


def lines(stand: Stand) -> dict[str, DoctorLine]:
    return {line.check: line for line in doctor(stand.settings, FakeClock())}


def test_a_healthy_account(stand: Stand) -> None:
    found = lines(stand)
    assert {check: line.status for check, line in found.items()} == dict.fromkeys(
        [
            "credentials",
            "filter add-on",
            "time zone",
            "currency",
            "rights",
            "clock",
            "invoice field",
            "payment date field",
        ],
        "ok",
    )
    assert "777 (ООО «Малая компания»)" in found["credentials"].message
    assert stand.services.access_token not in str(found)


def test_switched_off(make_stand: MakeStand) -> None:
    (line,) = doctor(make_stand(enabled=False).settings, FakeClock())
    assert line.status == "off"


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ({"banned": True}, "blocks every call"),
        ({"unpaid": True}, "not paid"),
        ({"tokens_valid_from": float("inf")}, "issue a new token"),
    ],
)
def test_no_access_is_one_line(stand: Stand, faults: dict[str, Any], words: str) -> None:
    for name, value in faults.items():
        setattr(stand.faults, name, value)
    (line,) = lines(stand).values()
    assert (line.check, line.status) == ("credentials", "failed")
    assert words in line.message


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"base_url": "http://127.0.0.1:9"}, "127.0.0.1:9"),
        ({"base_url": "not an address"}, "base_url"),
    ],
)
def test_a_wrong_address(make_stand: MakeStand, section: dict[str, Any], words: str) -> None:
    (line,) = lines(make_stand(**section)).values()
    assert line.status == "failed"
    assert words in line.message


def test_a_missing_secret(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCES__AMOCRM__ACCESS_TOKEN")
    (line,) = lines(stand).values()
    assert "SOURCES__AMOCRM__ACCESS_TOKEN" in line.message


def test_no_administrator(stand: Stand) -> None:
    stand.faults.users_forbidden = True
    assert "may not list users" in lines(stand)["rights"].message


def test_owner_of_the_token_is_listed_without_rights(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = render.user

    def without_rights(user: User, call: Any) -> dict[str, Any]:
        shown = plain(user, call)
        return shown | {"rights": shown["rights"] | {"is_admin": False}}

    monkeypatch.setattr(render, "user", without_rights)
    line = lines(stand)["rights"]
    assert line.status == "warning"
    assert "no administrator" in line.message


def test_filter_switched_off_is_explained(stand: Stand) -> None:
    stand.faults.alpha_filter = False
    line = lines(stand)["filter add-on"]
    assert line.status == "ok"
    assert "newest first" in line.message


def test_zone_currency_and_fields_that_differ(make_stand: MakeStand) -> None:
    stand = make_stand(invoice_number_field="Счёт №", payment_date_field="utm_source")
    config = stand.settings.company_config.model_copy(
        update={
            "company": stand.settings.company.model_copy(
                update={"timezone": "Asia/Omsk", "currency": "KZT"}
            )
        }
    )
    object.__setattr__(stand.settings, "company_config", config)
    found = lines(stand)
    assert "Europe/Moscow" in found["time zone"].action
    assert "RUB" in found["currency"].action
    assert "invoice_number_field" in found["invoice field"].action
    assert found["payment date field"].status == "ok"  # by code, whatever its case


@pytest.mark.parametrize(("hours", "side"), [(-2, "ahead of"), (2, "behind")])
def test_a_clock_that_is_wrong(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, hours: int, side: str
) -> None:
    plain = HttpClient.request

    def shifted(self: HttpClient, *args: Any, **kwargs: Any) -> Any:
        answer = plain(self, *args, **kwargs)
        served = datetime.now(UTC) + timedelta(hours=hours)
        answer.headers["Date"] = format_datetime(served, usegmt=True)
        return answer

    monkeypatch.setattr(HttpClient, "request", shifted)
    line = lines(stand)["clock"]
    assert line.status == "warning"
    assert side in line.message


def test_trouble_in_the_middle_does_not_hide_the_rest(stand: Stand) -> None:
    stand.faults.fail_next("/api/v4/users", 500, 500)
    found = lines(stand)
    assert found["rights"].status == "failed"
    assert found["invoice field"].status == "ok"
