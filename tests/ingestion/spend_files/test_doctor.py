"""What the doctor says of a folder of spend files."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.spend_files import SOURCE
from tests.ingestion.spend_files.folder import HEADER, drop, settings_for


def examine(settings: Settings) -> dict[str, DoctorLine]:
    settings = replace(settings, as_of=datetime(2026, 1, 20, tzinfo=UTC))
    return {line.check: line for line in SOURCE.doctor(settings)}


def test_switched_off(tmp_path: Path) -> None:
    (line,) = SOURCE.doctor(settings_for(tmp_path, is_enabled=False))
    assert line.status == "off"


def test_folder(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    assert examine(settings)["folder"].status == "failed"
    (settings.inbox_dir / "spend").mkdir(parents=True)
    line = examine(settings)["folder"]
    assert (line.status, "date, utm_source, cost" in line.action) == ("warning", True)


def test_all_is_well(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "a.csv", HEADER + "01.01.2026-15.01.2026;avito;;1;\n")
    lines = examine(settings)
    assert {line.status for line in lines.values()} == {"ok"}
    assert lines["newest day"].message == "spend reaches 15.01.2026 (a.csv)"


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "a.csv", "Дата;Источник;Расход;Регион\n01.10.2025;avito;1;Тула\nx;avito;1;\n")
    lines = examine(settings)
    assert 'a.csv row 3: column "Дата": "x" is not a day' in lines["unreadable rows"].message
    assert lines["unknown columns"].message == 'kept but not used: "Регион" (a.csv)'
    assert lines["newest day"].status == "warning"
    drop(settings, "a.csv", "no table\n")
    assert examine(settings)["newest day"].message == "no file has a readable row"
