"""Whose cabinets are loaded, with which tokens: named ones, an agency's clients, both."""

from pathlib import Path
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed
from pydantic import ValidationError

from ingestion.errors import AuthError, ConfigError, MissingSecretError, RequestRejectedError
from ingestion.sources.yandex_direct.cabinets import Cabinets
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.owners import Cabinet, owner_key
from sandbox.model import Campaign, SpendDay
from sandbox.running import Services
from sandbox.servers.yandex_direct.switches import DirectFaults
from tests.ingestion.yandex_direct.cabinet import (
    TRUTH,
    SwiftClock,
    cause,
    load,
    query,
    settings_for,
)
from tests.sandbox.small import LOGIN

COMMON = "SOURCES__YANDEX_DIRECT__TOKEN"
BY_LOGIN = """
    select login, sum(cost_micros) from campaign_daily group by all order by all
"""
SMALL = (LOGIN, sum(row[2] for row in TRUTH))


def add_cabinets(services: Services, *logins: str) -> None:
    for number, login in enumerate(logins, start=8):
        campaign = Campaign(number * 100_000, f"К{number}", login=login)
        services.company.campaigns.append(campaign)
        day = services.company.spend[0]
        services.company.spend.append(
            SpendDay(campaign.id, day.day, 100, number, day.cost.from_float(number))
        )


def entry(login: str, **more: Any) -> dict[str, Any]:
    return {"login": login, **more}


def test_every_cabinet_may_have_a_token_of_its_own(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_cabinets(services, "second.shop")
    own = services.app("yandex_direct").state.own_token
    monkeypatch.delenv(COMMON)
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__SMALL_DIRECT__TOKEN", own(LOGIN))
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__SECOND_SHOP__TOKEN", own("second.shop"))
    cabinets = [entry("second.shop", name="Второй магазин")]
    settings = settings_for(services, tmp_path, cabinets=cabinets)
    load(settings)
    assert query(settings, BY_LOGIN) == [("second.shop", 8_000_000), SMALL]
    names = "select login, name, agency_login from cabinets order by login"
    assert query(settings, names) == [("second.shop", "Второй магазин", None), (LOGIN, None, None)]


def test_common_token_opens_what_has_none_of_its_own(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_cabinets(services, "second")
    own = services.app("yandex_direct").state.own_token
    monkeypatch.setenv(COMMON, own(LOGIN))
    settings = settings_for(services, tmp_path, LOGIN, "second")
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    said = str(cause(failed.value, AuthError))
    assert "cabinet second: the token has no right" in said
    assert own(LOGIN) not in str(failed.value)
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__SECOND__TOKEN", own("second"))
    load(settings)
    assert query(settings, BY_LOGIN) == [("second", 8_000_000), SMALL]


def test_no_token_at_all(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(COMMON)
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path))
    assert COMMON in str(cause(failed.value, MissingSecretError))


def test_clients_of_an_agency_are_cabinets(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_cabinets(services, "second", "third", "archived")
    switches = services.faults.of(DirectFaults)
    switches.is_agency, switches.archived_logins = True, {"archived"}
    monkeypatch.delenv(COMMON)
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__AGENCY_X__TOKEN", services.direct_token)
    own = services.app("yandex_direct").state.own_token
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__THIRD__TOKEN", own("third"))
    # one of its clients is named as well, with a token of its own
    cabinets = [entry("agency-x", agency=True), entry("third", name="Третий")]
    settings = settings_for(services, tmp_path, cabinets=cabinets)
    with pytest.raises(PipelineStepFailed):
        load(settings)  # the small cabinet is named apart and has no token
    settings = settings_for(services, tmp_path, is_named=False, cabinets=cabinets)
    load(settings)
    assert query(settings, BY_LOGIN) == [("second", 8_000_000), SMALL, ("third", 9_000_000)]
    names = "select login, name, agency_login from cabinets order by login"
    assert query(settings, names) == [
        ("second", "Клиент second", "agency-x"),
        (LOGIN, f"Клиент {LOGIN}", "agency-x"),
        ("third", "Третий", None),
    ]


def test_agency_without_clients_and_no_cabinet_are_said(services: Services) -> None:
    switches = services.faults.of(DirectFaults)
    switches.is_agency, switches.archived_logins = True, {LOGIN}
    for more, words in (
        ({"cabinets": [entry("agency-x", agency=True)]}, "agency agency-x has no clients"),
        ({}, r"put its login into sources\.yandex_direct\.logins"),
    ):
        section = YandexDirectSection(base_url=services.direct_url, **more)
        with pytest.raises(ConfigError, match=words):
            Cabinets(section, SwiftClock()).all()


def test_login_that_the_token_does_not_know(services: Services, tmp_path: Path) -> None:
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path, "nobody"))
    said = str(cause(failed.value, RequestRejectedError))
    assert "cabinet nobody: Direct knows no such login" in said


def test_what_every_table_needs_is_asked_for_once(services: Services, tmp_path: Path) -> None:
    load(settings_for(services, tmp_path))
    assert services.requests["POST", "/json/v501/campaigns"] == 1


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"logins": ["кабинет"]}, '"кабинет" is not a login'),
        ({"cabinets": [{"login": "a b"}]}, '"a b" is not a login'),
        ({"cabinets": [{"name": "Имя"}]}, "Field required"),
        ({"logins": ["a"], "cabinets": [{"login": "a"}]}, "cabinet a is named twice"),
        ({"logins": ["a", "a"]}, "cabinet a is named twice"),
        ({"cabinets": [{"login": "a", "token": "y0"}]}, "token"),
        ({"weekly_lookback_days": 2}, "greater than or equal to 3"),
    ],
)
def test_settings_that_are_wrong_are_said(section: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        YandexDirectSection.model_validate(section)


def test_owner_is_a_word_that_a_shell_takes() -> None:
    assert owner_key("My-Company.ru") == "my_company_ru"
    assert Cabinet("a", agency="b").agency == "b"
