"""From a served bank through dlt into a real DuckDB file, once and again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import ConfigError, SkvozError, SourceFormatError
from ingestion.guards import VolumeDropError
from ingestion.sources import currency_rates
from ingestion.sources.currency_rates import SOURCE
from ingestion.sources.currency_rates.client import RatesClient
from sandbox.running import Services
from sandbox.servers.currency_rates import RatesFaults
from sandbox.simulation.currency_rates import set_rates
from tests.ingestion.currency_rates.bank import AS_OF, load, query, settings_for
from tests.ingestion.scripted import FakeClock

RATES = """select currency, rate_on, value from feed_rates where not is_empty_day order by all"""
FIRST, LAST = date(2026, 8, 1), date(2026, 10, 31)


def truth(services: Services, first: date = FIRST, last: date = LAST) -> list[tuple[Any, ...]]:
    return [
        (code, day, value)
        for code in ("KZT", "USD")
        for day, value in set_rates(services.company)[code].items()
        if first <= day <= last
    ]


def cause(caught: pytest.ExceptionInfo[PipelineStepFailed]) -> BaseException:
    error: BaseException = caught.value
    while not isinstance(error, SkvozError) and error.__cause__ is not None:
        error = error.__cause__
    return error


def test_the_history_lands_once(services: Services, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, services.url("currency_rates"))
    assert load(settings).rounds == 1
    assert query(settings, RATES) == truth(services)
    days = (
        "select currency, count(*), count(distinct rate_on) from feed_rates group by 1 order by 1"
    )
    assert query(settings, days) == [("KZT", 92, 92), ("USD", 92, 92)]
    assert query(
        settings,
        """select distinct currency, nominal, bank_id, unit_rate * nominal = value, typeof(value)
        from feed_rates where not is_empty_day order by 1""",
    ) == [
        ("KZT", 100, "R01335", True, "DECIMAL(24,12)"),
        ("USD", 1, "R01235", True, "DECIMAL(24,12)"),
    ]
    before = query(settings, RATES)
    load(settings)
    assert query(settings, RATES) == before


def test_later_runs_ask_for_the_last_days_only(services: Services, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, services.url("currency_rates"))
    load(settings, as_of=AS_OF - timedelta(days=5))
    services.traffic("currency_rates").log.clear()
    load(settings)
    asked = [seen.query for seen in services.traffic("currency_rates").log]
    assert asked[0] == "date_req=31%2F10%2F2026"
    assert "date_req1=12%2F10%2F2026&date_req2=31%2F10%2F2026&VAL_NM_RQ=R01235" in asked
    assert query(settings, RATES) == truth(services)


def test_days_are_the_banks(services: Services, tmp_path: Path) -> None:
    # an hour before midnight in Moscow it is tomorrow in Almaty
    settings = settings_for(tmp_path, services.url("currency_rates"))
    load(settings, as_of=datetime(2026, 10, 30, 20, 0, tzinfo=UTC))
    assert query(settings, "select max(rate_on) from feed_rates") == [(date(2026, 10, 30),)]


def test_another_currency_and_a_longer_history_are_filled_up(
    services: Services, tmp_path: Path
) -> None:
    url = services.url("currency_rates")
    load(settings_for(tmp_path, url, currencies=["USD"], history_months=1))
    load(settings_for(tmp_path, url))
    settings = settings_for(tmp_path, url)
    load(settings)
    assert query(settings, RATES) == truth(services)


def test_the_companys_own_currency_is_asked_for(services: Services, tmp_path: Path) -> None:
    settings = settings_for(
        tmp_path, services.url("currency_rates"), currency="KZT", currencies=["USD", "RUB"]
    )
    load(settings)
    assert query(settings, "select distinct currency from feed_rates order by 1") == [
        ("KZT",),
        ("USD",),
    ]


def test_a_restated_rate_replaces_its_day(
    services: Services, faults: RatesFaults, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path, services.url("currency_rates"))
    load(settings)
    faults.rewritten["USD", date(2026, 10, 29)] = Decimal("70.5000")
    load(settings)
    assert query(
        settings, "select value from feed_rates where currency = 'USD' and rate_on = '2026-10-29'"
    ) == [(Decimal("70.5"),)]
    assert len(query(settings, RATES)) == len(truth(services))


def test_a_rate_that_is_gone_stops_the_load_until_it_is_accepted(
    services: Services, faults: RatesFaults, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path, services.url("currency_rates"))
    load(settings)
    faults.hidden.add(("USD", date(2026, 10, 29)))
    with pytest.raises(PipelineStepFailed) as caught:
        load(settings)
    assert isinstance(cause(caught), VolumeDropError)
    assert "feed_rates (USD) for 2026-10-29" in str(cause(caught))
    assert query(settings, RATES) == truth(services)
    load(settings, accept_less=frozenset({SOURCE.name}))
    assert len(query(settings, RATES)) == len(truth(services)) - 1
    assert query(
        settings,
        "select is_empty_day from feed_rates where currency = 'USD' and rate_on = '2026-10-29'",
    ) == [(True,)]


def test_a_currency_the_bank_does_not_list(
    services: Services, faults: RatesFaults, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path, services.url("currency_rates"), currencies=["USD", "XXX"])
    with pytest.raises(PipelineStepFailed) as caught:
        load(settings)
    assert isinstance(cause(caught), ConfigError)
    assert "sets no rate for XXX" in str(cause(caught))
    # one that it lists no longer has a history all the same
    settings = settings_for(tmp_path, services.url("currency_rates"))
    load(settings, as_of=AS_OF - timedelta(days=3))
    faults.unlisted.add("KZT")
    load(settings)
    assert query(settings, RATES) == truth(services)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"<html><body>Service</body></html>", "a page of <html>"),
        (b"not found", "not an XML page"),
        (b"<ValCurs>Error in parameters</ValCurs>", 'the bank answers "Error in parameters"'),
        (b'<ValCurs Date="31.10.2026"></ValCurs>', "names no currencies"),
        (b'<ValCurs Date="31.10.2026"><Valute ID="R01235">', "not an XML page"),
    ],
)
def test_other_pages_stop_the_load_and_nothing_is_replaced(
    services: Services, faults: RatesFaults, tmp_path: Path, body: bytes, complaint: str
) -> None:
    settings = settings_for(tmp_path, services.url("currency_rates"))
    load(settings)
    faults.bodies.append(body)
    with pytest.raises(PipelineStepFailed) as caught:
        load(settings)
    assert isinstance(cause(caught), SourceFormatError)
    assert complaint in str(cause(caught))
    assert "use_feed = false" in str(cause(caught))
    assert query(settings, RATES) == truth(services)


def test_a_history_of_something_else_stops_the_load(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section_of = settings_for(tmp_path, services.url("currency_rates"))
    client = RatesClient(section_of.section(currency_rates.CurrencyRatesSection), clock=FakeClock())
    pages = services.app("currency_rates").state.pages
    usd, eur = currency_named(services, "USD"), currency_named(services, "EUR")
    for page in (
        pages.dynamic_page(eur, FIRST, LAST),
        pages.dynamic_page(usd, FIRST - timedelta(days=7), LAST),
        pages.dynamic_page(usd, FIRST, LAST).replace("02.10.2026", "01.10.2026"),
    ):
        services.faults.of(RatesFaults).bodies.append(page.encode("cp1251"))
        with pytest.raises(SourceFormatError, match="another currency, other days or a day twice"):
            client.history("R01235", FIRST, LAST)
    client.close()


def currency_named(services: Services, code: str) -> Any:
    from sandbox.simulation.currency_rates import CURRENCIES

    return next(currency for currency in CURRENCIES if currency.code == code)


def test_failures_on_the_way_are_tried_again(services: Services, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, services.url("currency_rates"))
    services.faults.fail_next("/scripts/XML_dynamic.asp", 502, "drop", 429)
    load(settings)
    assert query(settings, RATES) == truth(services)


def test_a_load_that_fails_half_way_is_repeated_whole(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path, services.url("currency_rates"))
    load(settings, as_of=AS_OF - timedelta(days=5))
    before = query(settings, RATES)
    original = RatesClient.history
    with monkeypatch.context() as patch:

        def fail(self: RatesClient, bank_id: str, first: date, last: date) -> Any:
            if bank_id == "R01335":
                raise RuntimeError("killed")
            return original(self, bank_id, first, last)

        patch.setattr(RatesClient, "history", fail)
        with pytest.raises(PipelineStepFailed, match="killed"):
            load(settings)
    assert query(settings, RATES) == before
    load(settings)
    assert query(settings, RATES) == truth(services)


def test_pages_without_the_newer_column(
    services: Services, faults: RatesFaults, tmp_path: Path
) -> None:
    faults.has_unit_rates = False
    settings = settings_for(tmp_path, services.url("currency_rates"))
    load(settings)
    assert query(settings, RATES) == truth(services)


def test_switched_off_feed_asks_nobody(services: Services, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, services.url("currency_rates"), use_feed=False)
    load(settings)
    assert services.traffic("currency_rates").log == []
    assert query(settings, "select count(*) from feed_rates") == [(0,)]


def test_doctor(services: Services, faults: RatesFaults, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, services.url("currency_rates"))
    lines = list(SOURCE.doctor(settings))
    assert [(line.check, line.status, line.message) for line in lines] == [
        ("bank", "ok", "6 currencies, set for 31.10.2026")
    ]
    faults.unlisted.add("KZT")
    (line,) = SOURCE.doctor(settings)
    assert (line.status, line.message) == ("failed", "the bank sets no rate for KZT")
    faults.bodies.append(b"<html/>")
    (line,) = SOURCE.doctor(settings)
    assert (line.status, "a page of <html>" in line.message) == ("failed", True)
    off = settings_for(tmp_path, services.url("currency_rates"), enabled=False)
    assert [line.status for line in SOURCE.doctor(off)] == ["off"]
    (line,) = SOURCE.doctor(replace(off, company_config=settings_for(tmp_path).company_config))
    assert (line.check, line.status) == ("folder", "failed")
