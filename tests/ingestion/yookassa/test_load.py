"""From a served shop through dlt into a real DuckDB file, once and again."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import ConfigError, SourceFormatError
from ingestion.guards import VolumeDropError
from ingestion.sources import yookassa
from sandbox.running import Services
from sandbox.servers.yookassa import YookassaFaults
from sandbox.simulation.acquiring import SHOP, OnlineRefund
from tests.ingestion.bank_company import AS_OF, cause
from tests.ingestion.yookassa.shop import (
    FIRST,
    TODAY,
    at,
    load,
    payment,
    problems,
    query,
    sales,
    settings_for,
)

PAYMENTS = ("GET", "/v3/payments")
EVERYTHING = "select * exclude (_dlt_id, _dlt_load_id) from payments order by all"
MONEY = """
    select count(*), sum(amount), sum(income_amount) from payments
    where status = 'succeeded' and not is_test
"""


def test_first_load_is_the_shops_book(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, MONEY) == [(60, Decimal("60000.00"), Decimal("57900.00"))]
    days = "select count(distinct created_on), min(created_on), max(created_on) from {}"
    span = ((TODAY - FIRST).days + 1, FIRST, TODAY)
    assert [query(settings, days.format(t)) for t in ("payments", "refunds")] == [[span], [span]]
    first = """select status, amount, currency, income_amount, refunded_amount, description,
        metadata->>'$.deal_id', payment_method from payments where payment_id = 'p00'"""
    assert query(settings, first)[0] == (
        *("succeeded", Decimal("1000.00"), "RUB", Decimal("965.00"), Decimal("250.50")),
        *("Заказ p00", "77", "bank_card"),
    )
    refunds = "select refund_id, payment_id, status, amount from refunds where not is_empty_day"
    assert sorted(query(settings, refunds)) == [
        ("r0", "p00", "succeeded", Decimal("250.50")),
        ("r1", "p59", "succeeded", Decimal("1000.00")),
    ]
    others = (
        "select payment_id, status, is_test from payments where status <> 'succeeded' or is_test"
    )
    assert sorted(query(settings, others)) == [
        ("canceled", "canceled", False),
        ("test", "succeeded", True),
    ]
    assert problems(settings) == []


def test_pages_that_overlap_or_lead_in_a_circle(
    services: Services, faults: YookassaFaults, tmp_path: Path
) -> None:
    faults.overlaps_pages = faults.repeats_cursor = True
    settings = settings_for(services, tmp_path)
    load(settings, page=7)
    assert query(settings, MONEY) == [(60, Decimal("60000.00"), Decimal("57900.00"))]
    assert services.requests[PAYMENTS] > 15


def test_second_run_changes_nothing_and_asks_for_little(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    before, asked = query(settings, EVERYTHING), services.requests[PAYMENTS]
    load(settings)
    assert query(settings, EVERYTHING) == before
    assert services.requests[PAYMENTS] == asked + 2


def test_what_was_pending_succeeds_and_what_was_paid_is_refunded(
    services: Services, tmp_path: Path
) -> None:
    waiting = payment("w", "2026-10-28 10:00", status="pending", captured_at=None)
    sales(services).payments.append(waiting)
    settings = settings_for(services, tmp_path)
    load(settings)
    state = "select status, captured_at, refunded_amount from payments where payment_id = 'w'"
    assert query(settings, state) == [("pending", None, Decimal("0.00"))]
    waiting.status, waiting.captured_at = "succeeded", at("2026-10-31 19:00")
    back = OnlineRefund("r2", waiting, Decimal("100.00"), at("2026-10-31 19:30"))
    sales(services).refunds.append(back)
    load(settings)
    ((status, captured_at, refunded),) = query(settings, state)
    assert (status, captured_at, refunded) == (
        "succeeded",
        at("2026-10-31 19:00"),
        Decimal("100.00"),
    )
    assert query(settings, "select count(refund_id) from refunds") == [(3,)]


def test_a_capture_later_than_the_lookback_is_seen(services: Services, tmp_path: Path) -> None:
    held = payment("h", "2026-10-03 10:00", status="waiting_for_capture", captured_at=None)
    before = payment("b", "2026-07-20 10:00", status="waiting_for_capture", captured_at=None)
    sales(services).payments += [held, before]
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, "select status from payments where payment_id = 'h'") == [
        ("waiting_for_capture",)
    ]
    for late in (held, before):
        late.status, late.captured_at = "succeeded", at("2026-10-31 10:00")
    load(settings)
    rows = "select payment_id, status, created_on from payments where payment_id in ('h', 'b')"
    assert sorted(query(settings, rows)) == [
        ("b", "succeeded", date(2026, 7, 20)),
        ("h", "succeeded", date(2026, 10, 3)),
    ]
    # the days it was created on are whole all the same
    october = "select count(payment_id) from payments where created_on = '2026-10-02'"
    assert query(settings, october) == query(settings, october.replace("10-02", "10-05"))


def test_a_refund_that_the_shop_took_back_is_replaced(
    services: Services, faults: YookassaFaults, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    faults.rewritten = {
        "r1": {"amount": {"value": "400.00", "currency": "RUB"}},
        "p59": {"status": "canceled"},
    }
    load(settings)
    assert query(settings, "select amount from refunds where refund_id = 'r1'") == [
        (Decimal("400.00"),)
    ]
    assert query(settings, MONEY)[0][0] == 59


def test_days_that_lost_their_payments_stop_before_they_are_replaced(
    services: Services, faults: YookassaFaults, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    before = query(settings, EVERYTHING)
    faults.dropped = {found.id for found in sales(services).payments}
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    assert "--accept-less yookassa" in str(cause(failed.value, VolumeDropError))
    assert query(settings, EVERYTHING) == before
    load(replace(settings, accept_less=frozenset({"yookassa"})))
    assert query(settings, MONEY)[0][0] < 60


def test_a_shop_without_payments(services: Services, tmp_path: Path) -> None:
    sales(services).payments.clear()
    sales(services).refunds.clear()
    settings = settings_for(services, tmp_path)
    load(settings)
    for table in ("payments", "refunds"):
        empty = f"select count(*), bool_and(is_empty_day), count(amount) from {table}"
        assert query(settings, empty) == [(92, True, 0)]


def test_what_cannot_be_read_is_set_aside_and_said(
    services: Services, faults: YookassaFaults, tmp_path: Path
) -> None:
    faults.rewritten = {
        "p50": {"amount": {"value": "12к", "currency": "RUB"}},
        "p51": {"captured_at": None},
        "p52": {"status": "thinking"},
        "p53": {"income_amount": None},
    }
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, MONEY)[0][0] == 57
    found = {(kind, detail) for kind, _, _, _, detail in problems(settings)}
    assert ("unreadable_row", 'amount.value "12к" is not amount') in found
    assert ("unknown_value", "status thinking: not counted as money") in found
    assert any("fee is not known" in detail for _, detail in found)
    faults.rewritten = {}
    load(settings_for(services, tmp_path, lookback_days=90))
    assert problems(settings) == []


@pytest.mark.parametrize("created", ['"2020-01-01T00:00:00.000Z"', "null", "7"])
def test_an_object_of_another_day_or_of_none_stops_the_load(
    services: Services, faults: YookassaFaults, tmp_path: Path, created: str
) -> None:
    # the filter is not heeded: such an answer would take other days' rows away
    money = '{"value": "1.00", "currency": "RUB"}'
    item = f'{{"id": "x", "created_at": {created}, "amount": {money}}}'
    faults.bodies.append(f'{{"type": "list", "items": [{item}]}}'.encode())
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path))
    assert "YooKassa sent" in str(cause(failed.value, SourceFormatError))


def test_a_killed_load_is_finished_by_the_next_one(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales(services).payments.append(payment("old", "2026-06-10 10:00"))
    whole = settings_for(services, tmp_path / "whole", history_months=4)
    assert load(whole).rounds == 2
    settings = settings_for(services, tmp_path / "killed", history_months=4)
    original = yookassa.day_rows

    def die_in_summer(*arguments: object) -> object:
        span = arguments[3]
        if isinstance(span, tuple) and span[0] < date(2026, 7, 1):
            raise KeyboardInterrupt
        return original(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(yookassa, "day_rows", die_in_summer)
        with pytest.raises((PipelineStepFailed, KeyboardInterrupt)):
            load(settings)
    assert query(settings, "select min(created_on) from refunds") == [(date(2026, 8, 1),)]
    load(settings)
    assert query(settings, EVERYTHING) == query(whole, EVERYTHING)


def test_days_that_pass_are_added(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    sales(services).payments.append(payment("new", "2026-11-20 10:00"))
    load(settings, as_of=AS_OF + timedelta(days=30))
    assert query(settings, MONEY)[0][0] == 61
    assert query(settings, "select max(created_on) from refunds") == [(date(2026, 11, 30),)]


def test_no_shop_is_named(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    section = settings.company_config.sources.yookassa.model_copy(update={"shops": ()})  # type: ignore[attr-defined]
    sources = settings.company_config.sources.model_copy(update={"yookassa": section})
    config = settings.company_config.model_copy(update={"sources": sources})
    with pytest.raises(PipelineStepFailed) as failed:
        load(replace(settings, company_config=config))
    assert "sources.yookassa.shops" in str(cause(failed.value, ConfigError))


def test_building_needs_neither_secret_nor_network(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCES__YOOKASSA__SECRET_KEY")
    settings = settings_for(services, tmp_path, SHOP, deal_id_key="order")
    assert sorted(yookassa.build(settings).resources) == ["payments", "refunds"]
    assert yookassa.dbt_vars(settings) == {"yookassa_deal_id_key": "order"}
    assert not services.requests
