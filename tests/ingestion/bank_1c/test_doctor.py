"""What the doctor says of a folder, in each of the ways it can be wrong."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.errors import ConfigError
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.bank_1c import SOURCE
from ingestion.sources.bank_1c.inbox import open_inbox
from tests.ingestion.bank_1c.statements import OWN, block, drop, incoming, settings_for, statement

AS_OF = datetime(2026, 1, 12, 20, 0, tzinfo=UTC)


def examine(settings: Settings, as_of: datetime = AS_OF) -> dict[str, DoctorLine]:
    return {line.check: line for line in SOURCE.doctor(replace(settings, as_of=as_of))}


def test_all_is_well(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, OWN)
    drop(settings, "1.txt", statement(incoming()))
    lines = examine(settings)
    assert {line.status for line in lines.values()} == {"ok"}
    assert "reaches 11.01.2026, 1 day(s) ago (1.txt)" in lines["newest statement"].message


def test_absent_and_empty_folder(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, OWN)
    line = examine(settings)["folder"]
    assert line.status == "failed"
    assert "mkdir" in line.action
    (settings.inbox_dir / "bank").mkdir(parents=True)
    assert examine(settings)["folder"].status == "warning"


def test_folder_that_may_not_be_listed_is_not_taken_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path, OWN)
    drop(settings, "1.txt", statement(incoming()))
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK)
    line = examine(settings)["folder"]
    assert (line.status, "not readable" in line.message) == ("failed", True)
    with pytest.raises(ConfigError, match="not readable"):
        open_inbox(settings).paths()


def test_switched_off(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, is_enabled=False)
    assert examine(settings)["source"].status == "off"


def test_everything_that_can_be_wrong_with_files(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    totals = block(OWN, ВсегоПоступило="100.00", ВсегоСписано="3.00")
    drop(settings, "1.txt", statement(totals, incoming(), incoming("2", "12к")))
    lines = examine(settings, datetime(2026, 3, 1, tzinfo=UTC))
    assert OWN in lines["own accounts"].message
    assert "49 day(s) ago" in lines["newest statement"].message
    assert "1.txt line 31" in lines["unreadable rows"].message
    assert "3.00 missing" in lines["totals"].message
    assert {lines[check].status for check in lines if check != "folder"} == {"warning"}


def test_account_the_settings_do_not_know(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "40702810900000000099")
    drop(settings, "1.txt", statement(incoming()))
    assert OWN in examine(settings)["own accounts"].message


def test_file_without_a_movement(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, OWN)
    drop(settings, "1.txt", "1CClientBankExchange\nКонецФайла\n")
    assert examine(settings)["newest statement"].status == "warning"
