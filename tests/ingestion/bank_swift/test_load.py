"""Files through dlt into a real DuckDB file, and how their folder is shared with those for 1C."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.bank_files import swift_format
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources import bank_swift
from ingestion.sources.bank_swift.doctor import doctor
from tests.ingestion.bank_1c import statements as exchange
from tests.ingestion.bank_swift.statements import (
    FIXTURES,
    OTHER,
    OWN,
    camt,
    drop,
    entry,
    load,
    load_1c,
    mt940,
    paid,
    query,
    settings_for,
)

CAME = ":61:2602010201C100,NTRFNONREF//BANKREF1\n"
COUNTS = """
    select
        (select count(*) from documents), (select count(*) from statements),
        (select count(*) from files), (select count(*) from quarantine)
"""


@pytest.fixture(autouse=True)
def _project_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there


def problems(settings: Settings) -> list[tuple[object, ...]]:
    return query(settings, bank_swift.SOURCE.problems)


def test_empty_or_absent_folder_gives_four_empty_tables(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    load(settings)
    assert query(settings, COUNTS) == [(0, 0, 0, 0)]


def test_all_samples_land_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    folder = settings.inbox_dir / "bank" / "2026"
    shutil.copytree(FIXTURES, folder, ignore=shutil.ignore_patterns("NOTICE"))
    load(settings)
    assert query(settings, COUNTS) == [(14, 4, 3, 0)]
    currencies = "select currency, count(*) from documents group by all order by all"
    assert query(settings, currencies) == [("EUR", 11), ("PLN", 3)]
    everything = "select * from documents order by document_key"
    before = query(settings, everything)
    load(settings)
    assert query(settings, everything) == before
    types = "select distinct typeof(amount), typeof(booked_on), typeof(raw_json) from documents"
    assert query(settings, types) == [("DECIMAL(18,2)", "DATE", "JSON")]
    assert {row[0] for row in problems(settings)} == {"totals_do_not_tie"}


def test_a_row_has_both_sides(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "a.xml", camt(entry("100.00", "CRDT", paid("Счет 5"))))
    load(settings)
    row = """select own_account, direction, status, amount, currency, payer_account, payer_inn,
        payer_name, payee_account, purpose, occurrence from documents"""
    assert query(settings, row) == [
        (
            *(OWN, "in", "BOOK", Decimal("100.00"), "EUR"),
            *(OTHER, "123456789012", "ТОО Клиент", OWN, "Счет 5", 1),
        )
    ]


def test_overlapping_files_in_one_run_or_in_two(tmp_path: Path) -> None:
    twin = entry("5.00", "CRDT", paid("twin"))
    first, second = camt(entry("1.00"), twin, twin), camt(twin, twin, entry("9.00"))
    together, apart = settings_for(tmp_path / "a"), settings_for(tmp_path / "b")
    for settings in (together, apart):
        drop(settings, "1.xml", first)
        drop(settings, "copy of 1.xml", first)
        if settings is apart:
            load(settings)
        drop(settings, "2.xml", second)
        load(settings)
        assert query(settings, "select count(*), sum(amount) from documents") == [(4, 20)]
    keys = "select document_key from documents order by 1"
    assert query(together, keys) == query(apart, keys)


def test_what_becomes_booked_is_another_row(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "1.xml", camt(entry("100.00", status="PDNG")))
    load(settings)
    drop(settings, "2.xml", camt(entry("100.00")))
    load(settings)
    statuses = "select status, count(distinct document_key) from documents group by all order by 1"
    assert query(settings, statuses) == [("BOOK", 1), ("PDNG", 1)]


def test_broken_files_and_entries_are_set_aside(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "a.xml", camt(entry("12к"), entry("100.00")))
    drop(settings, "b.xml", camt()[:-20])
    drop(settings, "c.sta", mt940(CAME, ":61:garbage\n"))
    drop(settings, "letter.txt", "Dear client")
    load(settings)
    assert query(settings, COUNTS) == [(2, 2, 4, 4)]
    found = [(kind, subject) for kind, subject, *_ in problems(settings)]
    assert sorted(found) == [
        ("unreadable_file", "b.xml"),
        ("unreadable_file", "letter.txt"),
        ("unreadable_row", "a.xml"),
        ("unreadable_row", "c.sta"),
    ]


def test_the_folder_is_shared_with_statements_for_1c(tmp_path: Path) -> None:
    both = settings_for(tmp_path, exchange=True)
    drop(both, "kl_to_1c.txt", exchange.statement(exchange.incoming()).encode("cp1251"))
    drop(both, "a.xml", camt(entry("100.00")))
    drop(both, "b.sta", mt940(CAME))
    drop(both, "letter.txt", "Dear client")
    load(both)
    load_1c(both)
    assert query(both, COUNTS) == [(2, 2, 2, 0)]
    assert query(both, COUNTS, "raw_bank_1c") == [(1, 0, 2, 1)]
    assert query(both, "select file_name from quarantine", "raw_bank_1c") == [("letter.txt",)]


def test_a_source_that_is_off_is_named_until_it_is_on(tmp_path: Path) -> None:
    alone = settings_for(tmp_path, swift=False, exchange=True)
    drop(alone, "a.xml", camt(entry("100.00")))
    drop(alone, "b.sta", mt940(CAME))
    load_1c(alone)
    reasons = query(alone, "select file_name, reason from quarantine order by 1", "raw_bank_1c")
    assert [name for name, _ in reasons] == ["a.xml", "b.sta"]
    assert all("[sources.bank_swift]" in reason for _, reason in reasons)
    assert ["camt.053" in reasons[0][1], "MT940" in reasons[1][1]] == [True, True]
    both = settings_for(tmp_path, exchange=True)
    load_1c(both)
    load(both)
    assert query(both, "select count(*) from quarantine", "raw_bank_1c") == [(0,)]
    assert query(both, COUNTS) == [(2, 2, 2, 0)]


def test_the_same_the_other_way_round(tmp_path: Path) -> None:
    alone = settings_for(tmp_path)
    drop(alone, "kl_to_1c.txt", exchange.statement(exchange.incoming()).encode("cp1251"))
    load(alone)
    ((reason,),) = query(alone, "select reason from quarantine")
    assert "[sources.bank_1c]" in reason
    both = settings_for(tmp_path, exchange=True)
    load(both)
    assert query(both, "select count(*) from quarantine") == [(0,)]
    assert problems(both) == []


def test_a_load_that_failed_half_way_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "1.xml", camt(entry("100.00")))
    load(settings)
    drop(settings, "2.sta", mt940(CAME))
    original = bank_swift.document_rows
    with monkeypatch.context() as patch:
        patch.setattr(
            bank_swift, "document_rows", lambda *a: [{**row, "rate": 1} for row in original(*a)]
        )
        with pytest.raises(PipelineStepFailed, match=r"(?s)rate.*contract_mode=freeze"):
            load(settings)
    assert query(settings, COUNTS) == [(1, 1, 1, 0)]
    load(settings)
    assert query(settings, COUNTS) == [(2, 2, 2, 0)]


def test_formats_are_told_by_their_content() -> None:
    assert swift_format(camt(prefix="a")) == "camt"
    assert swift_format(camt().decode().encode("utf-16")) == "camt"
    assert swift_format(b"\xef\xbb\xbf" + mt940().encode()) == "mt940"
    assert swift_format(mt940().replace("\n", "\r\n").encode()) == "mt940"
    for other in (b"", b"<html/>", b":20: but nothing else", "СекцияДокумент".encode()):
        assert swift_format(other) is None


def examine(settings: Settings) -> dict[str, DoctorLine]:
    return {line.check: line for line in doctor(settings)}


def test_doctor(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    assert examine(settings_for(tmp_path, swift=False))["source"].status == "off"
    assert examine(settings)["folder"].status == "failed"
    (settings.inbox_dir / "bank").mkdir(parents=True)
    assert examine(settings)["folder"].status == "warning"
    drop(settings, "a.xml", camt(entry("100.00")))
    drop(settings, "b.sta", mt940(CAME))
    lines = examine(settings)
    assert {check: line.status for check, line in lines.items()} == {"folder": "ok"}
    assert "1 of camt.053, 1 of mt940" in lines["folder"].message
    drop(settings, "c.sta", mt940(CAME, ":61:garbage\n", closing="5,"))
    lines = examine(settings)
    assert lines["unreadable entries"].status == lines["totals"].status == "warning"
    assert "c.sta" in lines["totals"].message
