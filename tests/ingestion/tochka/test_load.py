"""From a served bank through dlt into a real DuckDB file, once and again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import ServiceUnavailableError, SourceFormatError
from ingestion.guards import VolumeDropError
from ingestion.sources import tochka
from ingestion.sources.tochka.client import Statement
from sandbox.running import Services
from sandbox.servers.tochka import TochkaFaults
from tests.ingestion.bank_company import cause
from tests.ingestion.scripted import FakeClock
from tests.ingestion.tochka.bank import (
    BOOKED,
    FIRST,
    NUMBER,
    ORDERS,
    TODAY,
    account,
    load,
    looks,
    problems,
    query,
    settings_for,
    truth,
)

EVERYTHING = "select * exclude (_dlt_id, _dlt_load_id) from transactions order by all"


def test_first_load_is_the_truth_and_ties(
    services: Services, faults: TochkaFaults, tmp_path: Path
) -> None:
    faults.looks_before_ready = 2
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, BOOKED) == truth(services)
    days = """select account_number, count(distinct booked_on), min(booked_on), max(booked_on)
        from transactions group by all"""
    assert query(settings, days) == [(NUMBER, (TODAY - FIRST).days + 1, FIRST, TODAY)]
    months = "select count(*), bool_and(totals_tie) from statements"
    assert query(settings, months) == [(3, True)]
    assert problems(settings) == []
    # one statement a month, looked at until it was ready, serves both tables
    assert services.requests[ORDERS] == 3
    assert sorted(looks(services).values()) == [3, 3, 3]


def test_a_row_has_both_sides(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    operations = [o for o in account(services).operations if o.document.day >= FIRST]
    found = next(o for o in operations if o.document.incoming)
    row = query(
        settings,
        f"""select booked_on, document_number, amount, currency, purpose, payer_account,
            payer_inn, payer_name, payee_account
        from transactions where payment_id = '{found.id}'""",
    )[0]
    document = found.document
    assert row == (
        *(document.day, document.number, document.amount, "RUB", document.purpose),
        document.counterparty_account,
        document.counterparty_inn or None,
        document.counterparty_name,
        NUMBER,
    )
    budget = "select count(kbk) > 0, count(distinct transaction_type) from transactions"
    assert query(settings, budget) == [(True, 2)]


def test_second_run_changes_nothing_and_asks_for_little(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    before = query(settings, EVERYTHING)
    load(settings)
    assert query(settings, EVERYTHING) == before
    assert services.requests[ORDERS] == 4


def test_whole_days_are_replaced(services: Services, faults: TochkaFaults, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    gone, lowered = account(services).operations[-2:]
    faults.dropped = {gone.id}
    faults.rewritten = {lowered.id: {"Amount": {"amount": 0.5, "currency": "RUB"}}}
    load(settings)
    ((count, balance),) = truth(services)
    sign = 1 if lowered.document.incoming else -1
    balance += sign * Decimal("0.50") - lowered.signed - gone.signed
    assert query(settings, BOOKED) == [(count - 1, balance)]
    ((kind, subject, amount, _, _),) = problems(settings)
    assert (kind, subject) == ("totals_do_not_tie", f"{NUMBER}, 2026-10")
    assert amount == abs(lowered.document.amount - Decimal("0.50"))


def test_a_memorial_order_becomes_a_payment_order(
    services: Services, faults: TochkaFaults, tmp_path: Path
) -> None:
    found = account(services).operations[-1]
    kinds = f"""select transaction_key, transaction_type from transactions
        where payment_id = '{found.id}'"""
    faults.memorial = {found.id}
    settings = settings_for(services, tmp_path)
    load(settings)
    ((key, kind),) = query(settings, kinds)
    assert kind == "Мемориальный ордер"
    faults.memorial = set()
    load(settings)
    assert query(settings, kinds) == [(key, found.document.kind)]


def test_what_is_pending_is_no_money(
    services: Services, faults: TochkaFaults, tmp_path: Path
) -> None:
    last = account(services).operations[-1]
    faults.added = [replace(last, id="waiting", is_hold=True)]
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, BOOKED) == truth(services)
    assert query(settings, "select sum(pending), bool_and(totals_tie) from statements") == [
        (1, True)
    ]
    faults.added = [replace(last, id="waiting")]
    load(settings)
    assert query(settings, BOOKED)[0][0] == truth(services)[0][0] + 1


@pytest.mark.parametrize("nested", [True, False])
def test_balances_in_any_of_their_forms(
    services: Services, faults: TochkaFaults, tmp_path: Path, *, nested: bool
) -> None:
    faults.nests_balances = faults.has_balances = nested
    settings = settings_for(services, tmp_path)
    load(settings)
    ties = "select distinct totals_tie from statements"
    assert query(settings, ties) == [(True if nested else None,)]
    assert problems(settings) == []


def test_an_account_without_transactions(services: Services, tmp_path: Path) -> None:
    account(services).operations.clear()
    settings = settings_for(services, tmp_path)
    load(settings)
    empty = "select count(*), bool_and(is_empty_day), count(amount) from transactions"
    assert query(settings, empty) == [(92, True, 0)]


def test_what_cannot_be_read_is_set_aside_and_said(
    services: Services, faults: TochkaFaults, tmp_path: Path
) -> None:
    *_, first, second, third = account(services).operations
    faults.rewritten = {
        first.id: {"Amount": {"amount": "12к"}},
        second.id: {"creditDebitIndicator": "Sideways"},
        third.id: {"status": "Thinking"},
    }
    settings = settings_for(services, tmp_path)
    load(settings)
    reasons = "select malformed_reason from transactions where malformed_reason <> '' order by 1"
    assert [reason for (reason,) in query(settings, reasons)] == [
        'Amount.amount "12к" is not amount',
        'creditDebitIndicator "Sideways" tells no direction',
    ]
    assert {kind for kind, *_ in problems(settings)} == {
        "unreadable_row",
        "unknown_value",
        "totals_do_not_tie",
    }
    faults.rewritten = {}
    load(settings)
    assert problems(settings) == []


def test_a_transaction_of_another_day_stops_the_load(
    services: Services, faults: TochkaFaults, tmp_path: Path
) -> None:
    last = account(services).operations[-1]
    faults.rewritten = {last.id: {"documentProcessDate": "2026-06-02"}}
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path))
    assert "2026-06-02" in str(cause(failed.value, SourceFormatError))


def test_a_month_that_lost_its_transactions_stops_before_it_replaces(
    services: Services, faults: TochkaFaults, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    before = query(settings, EVERYTHING)
    faults.dropped = {operation.id for operation in account(services).operations}
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    assert "--accept-less tochka" in str(cause(failed.value, VolumeDropError))
    assert query(settings, EVERYTHING) == before
    load(replace(settings, accept_less=frozenset({"tochka"})))
    october = "select count(amount) from transactions where booked_on >= '2026-10-01'"
    assert query(settings, october) == [(0,)]


def test_a_killed_load_is_finished_by_the_next_one(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = settings_for(services, tmp_path / "whole", history_months=4)
    assert load(whole).rounds == 2
    settings = settings_for(services, tmp_path / "killed", history_months=4)
    original = tochka.transaction_rows

    def die_in_july(statement: Statement, *more: object) -> object:
        if statement.span[0] == date(2026, 7, 1):
            raise KeyboardInterrupt
        return original(statement, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(tochka, "transaction_rows", die_in_july)
        with pytest.raises((PipelineStepFailed, KeyboardInterrupt)):
            load(settings)
    held = "select min(booked_on), max(booked_on) from transactions"
    assert query(settings, held) == [(date(2026, 8, 1), TODAY)]
    load(settings)
    assert query(settings, EVERYTHING) == query(whole, EVERYTHING)


def test_a_statement_in_the_making_is_taken_up_by_the_next_run(
    services: Services, faults: TochkaFaults, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path, history_months=1)
    faults.never_ready = True
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    message = str(cause(failed.value, ServiceUnavailableError))
    assert "not ready in 15 minutes" in message
    assert services.requests[ORDERS] == 1
    faults.never_ready = False
    load(settings)
    assert services.requests[ORDERS] == 2  # the other month's
    assert (settings.state_dir / "tochka_statements.json").read_text() == "{}"


def test_a_statement_that_the_bank_forgot_is_ordered_again(
    services: Services, faults: TochkaFaults, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path, history_months=1)
    faults.never_ready = True
    with pytest.raises(PipelineStepFailed):
        load(settings)
    faults.never_ready, faults.forgets = False, True
    load(settings)
    assert services.requests[ORDERS] == 3
    assert problems(settings) == []


def test_a_statement_that_fails_is_ordered_once_more(
    services: Services, faults: TochkaFaults, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path)
    faults.failing_statements = 1
    load(settings)
    assert query(settings, BOOKED) == truth(services)
    faults.failing_statements = 2
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    assert "failed at the bank twice" in str(cause(failed.value, ServiceUnavailableError))


def test_looks_grow_rarer(services: Services, faults: TochkaFaults, tmp_path: Path) -> None:
    faults.looks_before_ready = 8
    clock = FakeClock()
    load(settings_for(services, tmp_path, history_months=1), clock=clock)
    assert [pause for pause in clock.slept if pause >= 1][:8] == [1, 2, 4, 8, 15, 15, 15, 15]


def test_building_needs_neither_secret_nor_network(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCES__TOCHKA__TOKEN")
    source = tochka.build(settings_for(services, tmp_path))
    assert sorted(source.resources) == ["statements", "transactions"]
    assert not services.requests
