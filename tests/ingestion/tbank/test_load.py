"""From a served bank through dlt into a real DuckDB file, once and again."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import ConfigError, SourceFormatError
from ingestion.guards import VolumeDropError
from ingestion.sources import tbank
from ingestion.sources.tbank import SOURCE
from ingestion.sources.tbank.client import Statement
from sandbox.running import Services
from sandbox.servers.tbank import TbankFaults
from sandbox.simulation.acquiring import ONLINE_ACCOUNT
from tests.ingestion.bank_company import AS_OF, cause
from tests.ingestion.tbank.bank import (
    BOOKED,
    FIRST,
    MAIN,
    TODAY,
    account,
    load,
    newest,
    query,
    settings_for,
    truth,
)

PATH = "/openapi/api/v1/statement"
EVERYTHING = "select * exclude (_dlt_id, _dlt_load_id) from operations order by all"


def problems(folder: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(SOURCE.problems).fetchall()


def test_first_load_is_the_truth_and_ties(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    loaded = load(settings)
    assert loaded.rounds == 1
    assert query(settings, BOOKED) == truth(services)
    days = """
        select account_number, count(distinct booked_on), min(booked_on), max(booked_on)
        from operations group by all order by all
    """
    span = ((TODAY - FIRST).days + 1, FIRST, TODAY)
    assert query(settings, days) == [(number, *span) for number in sorted((MAIN, ONLINE_ACCOUNT))]
    months = "select count(*), bool_and(totals_tie), sum(holds) from statements"
    assert query(settings, months) == [(6, True, 2)]
    assert problems(tmp_path) == []
    types = "select distinct typeof(amount), typeof(operation_at), typeof(raw_json) from operations"
    assert query(settings, types) == [("DECIMAL(18,2)", "TIMESTAMP WITH TIME ZONE", "JSON")]


def test_a_row_has_both_sides(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    found = newest(services)
    document = found.document
    ((row),) = query(
        settings,
        f"""select direction, booked_on, document_number, amount, currency, purpose,
            payer_account, payee_account, payer_inn, payee_inn, vo
        from operations where operation_id = '{found.id}'""",
    )
    ours, theirs = (MAIN, "7734000005"), (document.counterparty_account, document.counterparty_inn)
    payer, payee = (theirs, ours) if document.incoming else (ours, theirs)
    assert row[:6] == (
        "in" if document.incoming else "out",
        document.day,
        document.number,
        document.amount,
        "RUB",
        document.purpose,
    )
    assert row[6:8] == (payer[0], payee[0])
    assert row[10] in ("01", "17")


def test_pages_that_overlap_or_lead_in_a_circle(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    faults.overlaps_pages = faults.repeats_cursor = True
    settings = settings_for(services, tmp_path)
    load(settings, page=5)
    assert query(settings, BOOKED) == truth(services)
    assert services.requests["GET", PATH] > 15
    assert problems(tmp_path) == []


def test_second_run_changes_nothing_and_asks_for_little(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    before, asked = query(settings, EVERYTHING), services.requests["GET", PATH]
    assert asked == 6
    assert load(settings).rounds == 1
    assert query(settings, EVERYTHING) == before
    assert services.requests["GET", PATH] == asked + 2


def test_whole_days_are_replaced(services: Services, faults: TbankFaults, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    gone, lowered = account(services).operations[-2:]
    faults.dropped = {gone.id}
    faults.rewritten = {lowered.id: {"accountAmount": 0.5}}
    load(settings)
    (_, count, balance), _ = truth(services)
    sign = 1 if lowered.document.incoming else -1
    balance += sign * Decimal("0.50") - lowered.signed - gone.signed
    assert query(settings, BOOKED)[0] == (MAIN, count - 1, balance)
    # what the operations say is no longer what the bank's balances say
    ((kind, subject, amount, _, _),) = problems(tmp_path)
    assert (kind, subject) == ("totals_do_not_tie", f"{MAIN}, 2026-10")
    assert amount == abs(lowered.document.amount - Decimal("0.50"))


def test_ids_of_the_night_may_change(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    late = newest(services)
    night = AS_OF.replace(hour=19, minute=30)  # 22:30 in Moscow
    faults.added = [replace(late, id="night-operation-0", at=night)]
    settings = settings_for(services, tmp_path)
    load(settings)
    keys = "select operation_key from operations where operation_key is not null order by all"
    before = query(settings, keys)
    faults.renamed = True
    load(settings)
    assert query(settings, keys) == before
    renamed = "select count(*) from operations where operation_id = 'night-operation-x'"
    assert query(settings, renamed) == [(1,)]


def test_a_hold_is_no_money_until_it_is_booked_in_the_past(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path)
    hold = replace(newest(services), id="hold", at=AS_OF - timedelta(days=2), is_hold=True)
    faults.added = [hold]
    load(settings)
    statuses = "select operation_status, booked_on from operations where operation_id = 'hold'"
    assert query(settings, statuses) == [("Authorization", date(2026, 10, 29))]
    assert query(settings, BOOKED) == truth(services)
    faults.added = [replace(hold, is_hold=False, at=AS_OF - timedelta(days=3))]
    load(settings, as_of=AS_OF + timedelta(days=4))
    assert query(settings, statuses) == [("Transaction", date(2026, 10, 28))]
    assert problems(tmp_path) == []


def test_days_are_the_banks_from_midnight_to_midnight(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    late = newest(services)
    # midnight of 1 October in Moscow belongs to October, the second before to September
    midnight = AS_OF.replace(month=9, day=30, hour=21, minute=0)
    faults.added = [
        replace(late, id="after", at=midnight),
        replace(late, id="before", at=midnight - timedelta(seconds=1)),
    ]
    settings = settings_for(services, tmp_path)
    load(settings)
    found = "select operation_id, booked_on from operations where operation_id in {} order by all"
    assert query(settings, found.format("('after', 'before')")) == [
        ("after", date(2026, 10, 1)),
        ("before", date(2026, 9, 30)),
    ]
    assert problems(tmp_path) == []


def test_identical_operations_are_told_apart(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    late = newest(services)
    faults.added = [replace(late, id="twin")]
    settings = settings_for(services, tmp_path)
    load(settings)
    twins = f"""select count(distinct operation_key), list(occurrence order by occurrence)
        from operations where operation_id in ('twin', '{late.id}')"""
    assert query(settings, twins) == [(2, [1, 2])]


def test_an_account_without_operations(services: Services, tmp_path: Path) -> None:
    account(services, ONLINE_ACCOUNT).operations.clear()
    settings = settings_for(services, tmp_path, ONLINE_ACCOUNT)
    load(settings)
    empty = "select count(*), bool_and(is_empty_day), count(amount) from operations"
    assert query(settings, empty) == [(92, True, 0)]
    assert query(settings, "select distinct totals_tie from statements") == [(True,)]


def test_a_bank_that_states_no_balances(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    faults.has_balances = False
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, "select distinct totals_tie from statements") == [(None,)]
    assert problems(tmp_path) == []


def test_what_cannot_be_read_is_set_aside_and_said(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    *_, first, second, third = account(services).operations
    faults.rewritten = {
        first.id: {"accountAmount": "12к"},
        second.id: {"typeOfOperation": "Sideways"},
        third.id: {"operationStatus": "Thinking", "category": "brandNew"},
    }
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, BOOKED)[0][1] == truth(services)[0][1] - 3
    reasons = "select malformed_reason from operations where malformed_reason <> '' order by 1"
    assert [reason for (reason,) in query(settings, reasons)] == [
        'accountAmount "12к" is not amount',
        'typeOfOperation "Sideways" tells no direction',
    ]
    kinds = [(kind, rows) for kind, _, _, rows, _ in problems(tmp_path)]
    assert ("unreadable_row", 2) in kinds
    assert kinds.count(("unknown_value", 1)) == 2
    assert ("totals_do_not_tie", 1) in kinds
    # the service mends itself: nothing of the complaint is left
    faults.rewritten = {}
    load(settings_for(services, tmp_path, lookback_days=90))
    assert problems(tmp_path) == []


def test_an_operation_of_another_day_stops_the_load(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    faults.rewritten = {newest(services).id: {"operationDate": "2026-06-02T09:00:00Z"}}
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path))
    assert "2026-06-02" in str(cause(failed.value, SourceFormatError))


def test_a_settled_day_that_lost_its_operations_stops_before_it_replaces(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    before = query(settings, EVERYTHING)
    booked = f"select booked_on, operation_id from operations where account_number = '{MAIN}'"
    settled = TODAY - timedelta(days=8)
    ids = query(settings, f"{booked} and booked_on between date '2026-10-01' and '{settled}'")
    day = max(on for on, _ in ids)
    faults.dropped = {number for on, number in ids if on == day}
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    assert f"0 rows of operations ({MAIN}) for {day}" in str(cause(failed.value, VolumeDropError))
    assert query(settings, EVERYTHING) == before


def test_a_month_that_lost_its_operations_stops_before_it_replaces(
    services: Services, faults: TbankFaults, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    before = query(settings, EVERYTHING)
    faults.dropped = {operation.id for operation in account(services).operations}
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    assert "--accept-less tbank" in str(cause(failed.value, VolumeDropError))
    assert query(settings, EVERYTHING) == before
    load(replace(settings, accept_less=frozenset({"tbank"})))
    october = "select count(amount) from operations where booked_on >= '2026-10-01'"
    assert query(settings, october + f" and account_number = '{MAIN}'") == [(0,)]


def test_a_killed_load_is_finished_by_the_next_one(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = settings_for(services, tmp_path / "whole", history_months=4)
    assert load(whole).rounds == 2
    settings = settings_for(services, tmp_path / "killed", history_months=4)
    original = tbank.operation_rows

    def die_in_july(statement: Statement, *more: object) -> object:
        if statement.span[0] == date(2026, 7, 1):
            raise KeyboardInterrupt
        return original(statement, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(tbank, "operation_rows", die_in_july)
        with pytest.raises((PipelineStepFailed, KeyboardInterrupt)):
            load(settings)
    # the first round is in, the second is not
    held = "select min(booked_on), max(booked_on) from operations"
    assert query(settings, held) == [(date(2026, 8, 1), TODAY)]
    load(settings)
    assert query(settings, EVERYTHING) == query(whole, EVERYTHING)
    assert query(settings, "select count(*) from statements") == [(10,)]


def test_a_longer_history_is_filled_up(services: Services, tmp_path: Path) -> None:
    load(settings_for(services, tmp_path, history_months=1))
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, BOOKED) == truth(services)


def test_nothing_is_asked_for_before_the_bank_has_it(services: Services, tmp_path: Path) -> None:
    early = AS_OF.replace(year=2023, month=7, day=15)
    load(settings_for(services, tmp_path, MAIN, history_months=60), as_of=early)
    asked = {seen.query for seen in services.traffic("tbank").log}
    assert len(asked) == 2
    assert any("from=2023-05-31T21%3A00%3A00Z" in query for query in asked)


def test_a_column_nobody_declared_stops_the_load(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    original = tbank.operation_rows
    monkeypatch.setattr(
        tbank, "operation_rows", lambda *a: [{**row, "bonus": 1} for row in original(*a)]
    )
    with pytest.raises(PipelineStepFailed, match=r"(?s)bonus.*contract_mode=freeze"):
        load(settings)


def test_no_account_is_named(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    config = settings.company_config.sources.tbank.model_copy(update={"accounts": ()})  # type: ignore[attr-defined]
    sources = settings.company_config.sources.model_copy(update={"tbank": config})
    company = settings.company_config.model_copy(update={"sources": sources})
    with pytest.raises(PipelineStepFailed) as failed:
        load(replace(settings, company_config=company))
    assert "sources.tbank.accounts" in str(cause(failed.value, ConfigError))


def test_building_needs_neither_secret_nor_network(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCES__TBANK__TOKEN")
    source = tbank.build(settings_for(services, tmp_path))
    assert sorted(source.resources) == ["operations", "statements"]
    assert not services.requests
