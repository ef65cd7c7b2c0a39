"""Files through dlt into a real DuckDB file: what lands, what a second run does, what stops."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.columns import Row
from ingestion.inbox import Inbox
from ingestion.pipeline import make_pipeline
from ingestion.sources import bank_1c
from ingestion.sources.bank_1c import inbox as bank_inbox
from tests.ingestion.bank_1c.statements import (
    CLIENT,
    FIXTURES,
    OWN,
    OWN_TOO,
    block,
    document,
    drop,
    incoming,
    load,
    outgoing,
    query,
    settings_for,
    statement,
)

COUNTS = """
    select
        (select count(*) from documents), (select count(*) from statements),
        (select count(*) from files), (select count(*) from quarantine)
"""


@pytest.fixture(autouse=True)
def _project_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there


def test_empty_or_absent_folder_gives_four_empty_tables(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    load(settings)
    assert query(settings, COUNTS) == [(0, 0, 0, 0)]
    load(settings)
    assert query(settings, COUNTS) == [(0, 0, 0, 0)]


def test_all_samples_land_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    folder = settings.inbox_dir / "bank" / "2026" / "январь"
    shutil.copytree(FIXTURES, folder, ignore=shutil.ignore_patterns("NOTICE"))
    load(settings)
    assert query(settings, COUNTS) == [(16, 3, 3, 0)]
    assert query(settings, "select distinct totals_tie from statements") == [(True,)]
    everything = "select * from documents order by document_key"
    before = query(settings, everything)
    load(settings)
    assert query(settings, everything) == before
    types = "select distinct typeof(amount), typeof(booked_on), typeof(raw_json) from documents"
    assert query(settings, types) == [("DECIMAL(18,2)", "DATE", "JSON")]


def test_broken_rows_are_set_aside_and_the_rest_is_loaded(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    totals = block(OWN, ВсегоПоступило="112.00", ВсегоСписано="40.00")
    drop(settings, "a.TXT", statement(totals, incoming(), incoming("2", "12к"), outgoing("3")))
    drop(settings, "letter.txt", b"Dear client")
    drop(settings, "statement.pdf", b"%PDF")
    drop(settings, "a.TXT.crdownload", b"half of it")  # nobody's business until it is whole
    load(settings)
    assert query(settings, COUNTS) == [(2, 1, 3, 3)]
    rows = query(
        settings, "select file_name, line_number, reason from quarantine order by file_name"
    )
    assert rows[0][:2] == ("a.TXT", 31)
    assert 'Сумма "12к" is not an amount' in str(rows[0][2])
    assert rows[1][:2] == ("letter.txt", 0)
    assert rows[2][:2] == ("statement.pdf", 0)
    ((message,),) = query(settings, "select tie_message from statements where not totals_tie")
    assert "12.00 missing" in str(message)
    assert query(settings, "select documents, quarantined from files order by file_name") == [
        (2, 1),
        (0, 1),
        (0, 1),
    ]


def test_overlapping_files_in_one_run_or_in_two(tmp_path: Path) -> None:
    pair = incoming("", "5.00")
    first = statement(incoming("1"), pair, pair)
    second = statement(pair, pair, incoming("9", ДатаПоступило="12.01.2026"))
    together, apart = settings_for(tmp_path / "a"), settings_for(tmp_path / "b")
    for settings in (together, apart):
        drop(settings, "1.txt", first)
        drop(settings, "copy of 1.txt", first)
        if settings is apart:
            load(settings)
        drop(settings, "2.txt", second)
        load(settings)
        assert query(settings, "select count(*), sum(amount) from documents") == [(4, 210)]
    keys = "select document_key from documents order by 1"
    assert query(together, keys) == query(apart, keys)


def test_known_file_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "1.txt", statement(incoming()))
    load(settings)
    read: list[str] = []
    monkeypatch.setattr(Inbox, "read", lambda self, file: read.append(file.name))
    load(settings)
    assert read == []


def test_one_parse_serves_the_four_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "1.txt", statement(incoming()))
    parsed: list[str] = []
    original = bank_inbox.parse

    def counting(*arguments: Any) -> object:
        parsed.append("1")
        return original(*arguments)

    monkeypatch.setattr(bank_inbox, "parse", counting)
    load(settings)
    assert len(parsed) == 1


def test_new_own_account_is_applied_to_files_loaded_before(tmp_path: Path) -> None:
    unknown = document("1", "5.00", CLIENT, OWN_TOO)
    masked = document("2", "6.00", "123", OWN_TOO, ДатаПоступило="11.01.2026")
    drop(settings_for(tmp_path), "1.txt", statement(incoming("3"), unknown, masked))
    load(settings_for(tmp_path))
    directions = "select document_number, own_account from documents order by 1"
    # the second goes by its day, to the one account that the file is of
    assert query(settings_for(tmp_path), directions) == [("2", OWN), ("3", OWN)]
    assert query(settings_for(tmp_path), COUNTS) == [(2, 0, 1, 1)]
    known = settings_for(tmp_path, OWN, OWN_TOO)
    load(known)
    assert query(known, directions) == [("1", OWN_TOO), ("2", OWN_TOO), ("3", OWN)]
    assert query(known, COUNTS) == [(3, 0, 1, 0)]
    load(settings_for(tmp_path))
    assert query(known, COUNTS) == [(2, 0, 1, 1)]


def test_file_without_right_to_read_waits_in_quarantine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "1.txt", statement(incoming()))
    drop(settings, "2.txt", statement(incoming("2")))
    with monkeypatch.context() as patch:
        original = Path.open

        def refuse(path: Path, *arguments: Any, **more: Any) -> Any:
            if path.name == "2.txt":
                raise PermissionError(13, "Permission denied")
            return original(path, *arguments, **more)

        patch.setattr(Path, "open", refuse)
        load(settings)
        load(settings)
        assert query(settings, COUNTS) == [(1, 0, 1, 1)]
        ((reason,),) = query(settings, "select reason from quarantine")
        assert "cannot be read (Permission denied)" in str(reason)
    load(settings)
    assert query(settings, COUNTS) == [(2, 0, 2, 0)]


def test_resources_can_be_loaded_one_by_one(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "1.txt", statement(block(OWN), incoming()))
    for name in ("documents", "statements", "files", "quarantine"):
        source = bank_1c.build(settings).with_resources(name)
        make_pipeline("bank_1c", settings).run(source)
    assert query(settings, COUNTS) == [(1, 1, 1, 0)]


@pytest.mark.parametrize(
    ("extra", "complaint"), [({"rate": 1}, "rate"), ({"amount": "twelve"}, "amount")]
)
def test_column_or_type_nobody_declared_stops_the_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: Row, complaint: str
) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "1.txt", statement(incoming()))
    load(settings)
    drop(settings, "2.txt", statement(incoming("2")))
    original = bank_1c.document_rows
    with monkeypatch.context() as patch:
        patch.setattr(
            bank_1c, "document_rows", lambda *args: [{**row, **extra} for row in original(*args)]
        )
        with pytest.raises(PipelineStepFailed, match=f"(?s){complaint}.*contract_mode=freeze"):
            load(settings)
    assert query(settings, COUNTS) == [(1, 0, 1, 0)]
    make_pipeline("bank_1c", settings).drop()
    load(settings)
    assert query(settings, COUNTS) == [(2, 0, 2, 0)]
