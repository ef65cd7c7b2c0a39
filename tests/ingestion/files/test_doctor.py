"""What a person is told before anything is loaded."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.files import SOURCE
from tests.ingestion.files.company import drop, settings_for


def examine(settings: Settings) -> dict[str, list[DoctorLine]]:
    lines: dict[str, list[DoctorLine]] = {}
    for line in SOURCE.doctor(settings):
        lines.setdefault(line.check, []).append(line)
    return lines


def test_switched_off(tmp_path: Path) -> None:
    ((line,),) = examine(settings_for(tmp_path, is_enabled=False)).values()
    assert line.status == "off"


def test_no_file_at_all(tmp_path: Path) -> None:
    ((line,),) = examine(settings_for(tmp_path, feeds=["deals", "tasks"])).values()
    assert line.status == "failed"
    assert f"{tmp_path}/inbox/deals, {tmp_path}/inbox/tasks" in line.message


def test_good_files_and_what_is_missing_beside_them(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/1.csv", "deal_id,created_at\n1,2026-02-01\n")
    lines = examine(settings)
    assert [line.status for line in lines["deals"]] == ["ok"]
    assert "present stage only" in lines["stage_events"][0].message
    assert "derived" in lines["pipelines"][0].message
    drop(settings, "stage_events/1.csv", "deal_id,entered_at,stage\n1,2026-02-01,a\n")
    drop(settings, "pipelines/1.csv", "pipeline,stage,sort\nП,a,1\n")
    assert all(line.status == "ok" for many in examine(settings).values() for line in many)
    assert not settings.warehouse_path.exists()


def test_bad_rows_and_files_are_named_with_their_cure(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/1.csv", "deal_id,created_at,price,Тег\n1,2026-02-01,12к,x\n")
    drop(settings, "deals/2.csv", "id;дата\n1;2026-02-01\n")
    drop(settings, "deals/2.toml", "[columns\n")
    rows, unknown, file = examine(settings)["deals"]
    assert rows.status == "warning"
    assert '1.csv row 2, column "price": "12к" is not a number' in rows.message
    assert "columns of no meaning here: Тег" in unknown.message
    assert (file.status, "2.toml: not valid TOML" in file.message) == ("failed", True)
    drop(settings, "deals/2.toml", '[columns]\ndeal_id = "id"\n')
    *_, file = examine(settings)["deals"]
    assert 'no column created_at; the header has "id", "дата"' in file.message


def test_a_mapping_that_names_what_the_file_lacks(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/1.csv", "deal_id,created_at\n1,2026-02-01\n")
    drop(settings, "deals/mapping.toml", '[columns]\nprice = "Бюджет"\n')
    missing, ok = examine(settings)["deals"]
    assert (missing.status, "Бюджет" in missing.message) == ("warning", True)
    assert ok.status == "ok"


def test_a_folder_that_is_not_listed_is_pointed_at(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, feeds=["deals"])
    drop(settings, "deals/1.csv", "deal_id,created_at\n1,2026-02-01\n")
    drop(settings, "tasks/1.csv", "task_id,deal_id,due_at\n1,1,2026-02-01\n")
    assert "it is not read" in examine(settings)["tasks"][0].message


def test_settings_say_which_feed_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match='"leads" is no feed of files; expected deals, '):
        settings_for(tmp_path, feeds=["leads"])
    with pytest.raises(ValidationError, match="no feed is listed"):
        settings_for(tmp_path, feeds=[])


def test_models_are_told_the_account_and_the_feeds(tmp_path: Path) -> None:
    assert SOURCE.dbt_vars is not None
    assert SOURCE.dbt_vars(settings_for(tmp_path, account_id=5, feeds=["deals", "tasks"])) == {
        "files_account_id": "5",
        "files_feeds": "deals tasks",
    }
