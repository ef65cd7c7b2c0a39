"""Files through dlt into a real DuckDB file: what lands, what replaces what, what is set aside."""

import logging
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.pipeline import make_pipeline
from ingestion.settings import Settings
from ingestion.sources.files import SOURCE, resources, taking
from tests.ingestion.files.company import (
    drop,
    load,
    parquet,
    problems,
    query,
    settings_for,
    workbook,
)

HEADER = "deal_id;created_at;price\n"
DEALS = "select deal_id, price from deals order by deal_id"
SEEN = "select feed, file_name, rows_read, rows_quarantined from files order by all"


@pytest.fixture(autouse=True)
def _project_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there


def csv(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


def everything(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    tables = [*resources.FEEDS, "files", "quarantine"]
    kept = "columns(c -> c not like '\\_dlt%' escape '\\')"
    return {name: query(settings, f"select {kept} from {name} order by all") for name in tables}


def test_absent_folders_give_nine_empty_tables(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    load(settings)
    assert set(everything(settings)) == {*resources.FEEDS, "files", "quarantine"}
    assert not any(everything(settings).values())
    load(settings)
    assert problems(settings) == []


def test_every_feed_lands_with_its_types(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/a.csv", csv("1;01.02.2026 10:00;12 000,50"), "cp1251")
    drop(
        settings,
        "stage_events/b.xlsx",
        workbook(
            ["deal_id", "entered_at", "stage", "changed_by"],
            [1, datetime(2026, 2, 1, 10), "Новая", "Анна"],  # noqa: DTZ001
        ),
    )
    drop(settings, "pipelines/c.csv", "pipeline,stage,sort,kind\nПродажи,Новая,10,Open\n")
    drop(
        settings,
        "payments/2026/d.parquet",
        parquet(
            payment_id=["p1"],
            paid_on=pa.array([date(2026, 2, 3)]),
            amount=pa.array([Decimal("-5.00")]),
        ),
    )
    drop(settings, "touches/e.csv", "touched_at,person_id,converted\n2026-02-01T10:00Z,7,да\n")
    drop(settings, "inquiries/f.csv", "inquiry_id,occurred_at,kind\ni1,2026-02-01,call\n")
    drop(settings, "tasks/g.csv", "task_id,deal_id,due_at\nt1,1,2026-02-05 18:00\n")
    load(settings)
    ten = datetime(2026, 2, 1, 7, tzinfo=UTC)
    assert query(settings, "select deal_id, created_at, price from deals") == [
        ("1", ten, Decimal("12000.50"))
    ]
    assert query(settings, "select deal_id, entered_at, stage, changed_by from stage_events") == [
        ("1", ten, "Новая", "Анна")
    ]
    assert query(settings, "select pipeline, stage, sort, kind from pipelines") == [
        ("Продажи", "Новая", 10, "open")
    ]
    assert query(settings, "select payment_id, paid_on, amount, currency from payments") == [
        ("p1", date(2026, 2, 3), Decimal("-5.00"), None)
    ]
    assert query(settings, "select person_id, converted, touched_at from touches") == [
        ("7", True, datetime(2026, 2, 1, 10, tzinfo=UTC))
    ]
    assert query(settings, "select inquiry_id, kind from inquiries") == [("i1", "call")]
    assert query(settings, "select task_id, due_at from tasks") == [
        ("t1", datetime(2026, 2, 5, 15, tzinfo=UTC))
    ]
    types = query(settings, "select distinct typeof(price), typeof(created_at) from deals")
    assert types == [("DECIMAL(18,2)", "TIMESTAMP WITH TIME ZONE")]
    formats = query(settings, "select feed, format, encoding from files order by feed")
    assert ("payments", "parquet", None) in formats
    assert ("stage_events", "xlsx", None) in formats
    assert ("deals", "csv", "utf-8") in formats  # it holds no letter beyond ASCII
    before = everything(settings)
    load(settings)
    assert everything(settings) == before


def test_tables_have_the_columns_that_staging_is_told_of(tmp_path: Path) -> None:
    import yaml

    settings = settings_for(tmp_path)
    load(settings)
    file = Path("dbt_project/models/staging/files/_files__sources.yml")
    (source,) = yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]
    told = {
        (table["name"], column["name"], column["data_type"].upper())
        for table in source["tables"]
        for column in table["columns"]
    }
    found = query(
        settings,
        """select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'raw_files' and table_name not like '\\_dlt%' escape '\\'
            and column_name not like '\\_dlt%' escape '\\' and column_name <> 'is_superseded'""",
    )
    assert told == set(found)


def test_a_later_file_replaces_rows_of_the_same_key(tmp_path: Path) -> None:
    together, apart = settings_for(tmp_path / "a"), settings_for(tmp_path / "b")
    for settings in (together, apart):
        drop(settings, "deals/1.csv", csv("1;01.02.2026;10", "2;01.02.2026;20"))
        if settings is apart:
            load(settings)
        drop(settings, "deals/2.csv", csv("2;01.02.2026;21", "3;01.02.2026;30"))
        load(settings)
        assert query(settings, DEALS) == [
            ("1", Decimal(10)), ("2", Decimal(21)), ("3", Decimal(30)),
        ]  # fmt: skip
    assert everything(together)["deals"] == everything(apart)["deals"]


def test_a_file_that_comes_later_wins_whatever_it_is_called(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/z.csv", csv("1;01.02.2026;10"))
    load(settings)
    drop(settings, "deals/a.csv", csv("1;01.02.2026;11"))
    load(settings)
    assert query(settings, DEALS) == [("1", Decimal(11))]
    # read anew together they still stand in the order in which they came
    drop(settings, "deals/mapping.toml", 'timezone = "UTC"\n')
    load(settings)
    assert query(settings, "select price, created_at from deals") == [
        (Decimal(11), datetime(2026, 2, 1, tzinfo=UTC))
    ]


def test_of_repeated_rows_in_a_file_the_last_counts_and_is_told(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    rows = ("1;01.02.2026;10", "2;01.02.2026;20", "1;01.02.2026;11", "1;01.02.2026;12")
    drop(settings, "deals/a.csv", csv(*rows))
    load(settings)
    assert query(settings, DEALS) == [("1", Decimal(12)), ("2", Decimal(20))]
    assert problems(settings) == [
        ("duplicate_rows", "deals/a.csv", 2, "row 4 replaces row 2"),
    ]


def test_rows_that_cannot_be_read_are_set_aside_and_the_rest_is_loaded(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    rows = ("1;01.02.2026;12к", ";;5", "3;01.02.2026;30", "4;вчера;много", "5;01.02.2026;5;6")
    drop(settings, "deals/a.csv", csv(*rows))
    drop(settings, "deals/letter.txt", b"Dear client")
    drop(settings, "deals/half.csv.crdownload", b"half of it")
    load(settings)
    assert query(settings, DEALS) == [("3", Decimal(30))]
    cells = query(
        settings,
        """select row_number, column_name, value, expected from quarantine
        where file_name = 'a.csv' order by all""",
    )
    moment = "dd.mm.yyyy hh:mm:ss or yyyy-mm-ddThh:mm:ss, with an offset if it is another zone's"
    assert cells == [
        (2, "price", "12к", "a number, e.g. 12000.50"),
        (3, "created_at", "", moment),
        (3, "deal_id", "", "an identifier, e.g. 10452 or D-10452"),
        (5, "created_at", "вчера", moment),
        (5, "price", "много", "a number, e.g. 12000.50"),
        (6, "", "5; 01.02.2026; 5; 6", "a whole row"),
    ]
    assert query(settings, SEEN) == [("deals", "a.csv", 5, 4), ("deals", "letter.txt", 0, 1)]
    told = problems(settings)
    assert [row[:3] for row in told] == [
        ("unreadable_file", "deals/letter.txt", 1),
        ("unreadable_row", "deals/a.csv", 4),
    ]
    assert told[1][3] == (
        'row 2, column "price": "12к" is not a number; expected a number, e.g. 12000.50'
    )
    # put right under the same name: the earlier content is no problem any more
    drop(settings, "deals/a.csv", csv("1;01.02.2026;12000"))
    (settings.inbox_dir / "deals/letter.txt").unlink()
    load(settings)
    assert query(settings, DEALS) == [("1", Decimal(12000)), ("3", Decimal(30))]
    assert [row[:2] for row in problems(settings)] == [("unreadable_file", "deals/letter.txt")]


def test_columns_nobody_knows_are_kept_and_told(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/a.csv", "deal_id;created_at;Тег;Цвет;\n1;01.02.2026;VIP;;x\n")
    load(settings)
    assert query(settings, "select extra ->> 'Тег', extra ->> 'column 5' from deals") == [
        ("VIP", "x")
    ]
    assert [row[:3] for row in problems(settings)] == [("unknown_column", "deals/a.csv", 2)]
    drop(settings, "deals/mapping.toml", 'ignore = ["Тег", "Цвет"]\n')
    load(settings)
    assert problems(settings) == []
    assert query(settings, "select count(*) from deals where extra is not null") == [(1,)]


MAPPING = """
ignore = ["Комментарий"]
timezone = "Asia/Yekaterinburg"

[columns]
deal_id = "ID сделки"
created_at = "Дата создания"
status = "Итог"
price = "Бюджет"

[values.status]
"Успешно" = "won"
"Закрыто" = "lost"

[constants]
pipeline = "Продажи"
"""


def test_a_mapping_makes_a_companys_own_export_readable(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    rows = "1;01.02.2026 12:00;успешно;100;a\n2;01.02.2026;Закрыто;;b\n3;01.02.2026;Ждём;;\n"
    drop(
        settings,
        "deals/выгрузка.csv",
        "ID сделки;Дата создания;Итог;Бюджет;Комментарий\n" + rows,
        "cp1251",
    )
    load(settings)
    assert [row[0] for row in problems(settings)] == ["unreadable_file"]
    assert query(settings, "select count(*) from deals") == [(0,)]
    drop(settings, "deals/выгрузка.toml", MAPPING)
    load(settings)
    assert query(settings, "select deal_id, status, pipeline, price from deals order by 1") == [
        ("1", "won", "Продажи", Decimal(100)),
        ("2", "lost", "Продажи", None),
        ("3", "ждём", "Продажи", None),
    ]
    assert query(settings, "select created_at from deals where deal_id = '1'") == [
        (datetime(2026, 2, 1, 7, tzinfo=UTC),)
    ]
    assert problems(settings) == [
        (
            "unknown_value",
            "deals.status",
            1,
            'counts as empty; expected open, won, lost; map it under [values.status]: "ждём"',
        )
    ]
    # a mapping that breaks later takes its file's rows back, and says why
    drop(settings, "deals/выгрузка.toml", MAPPING.replace("deal_id =", "dealid ="))
    load(settings)
    assert query(settings, "select count(*) from deals") == [(0,)]
    ((kind, _, _, detail),) = problems(settings)
    assert kind == "unreadable_file"
    assert 'columns.dealid: "dealid" is no column of deals' in detail


def test_a_constant_that_cannot_be_read_refuses_the_file(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/a.csv", csv("1;01.02.2026;1"))
    drop(settings, "deals/mapping.toml", '[constants]\ncogs = "много"\n')
    load(settings)
    ((kind, _, _, detail),) = problems(settings)
    assert (kind, "constants of the mapping" in detail) == ("unreadable_file", True)


def test_a_file_read_anew_takes_those_loaded_after_it_along(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/1.csv", csv("1;01.02.2026;10", "2;01.02.2026;20"))
    load(settings)
    drop(settings, "deals/2.csv", csv("1;01.02.2026;11"))
    load(settings)
    drop(settings, "deals/1.toml", 'timezone = "UTC"\n')  # the first file's own mapping only
    load(settings)
    assert query(settings, DEALS) == [("1", Decimal(11)), ("2", Decimal(20))]
    assert query(settings, "select created_at from deals order by deal_id") == [
        (datetime(2026, 1, 31, 21, tzinfo=UTC),),
        (datetime(2026, 2, 1, tzinfo=UTC),),
    ]


def test_rows_of_a_file_that_left_stay_and_a_warning_says_what_that_may_cost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/1.csv", csv("1;01.02.2026;10"))
    load(settings)
    later = drop(settings, "deals/2.csv", csv("2;01.02.2026;20"))
    load(settings)
    later.unlink()
    load(settings)
    assert query(settings, DEALS) == [("1", Decimal(10)), ("2", Decimal(20))]
    drop(settings, "deals/mapping.toml", 'timezone = "UTC"\n')
    with caplog.at_level(logging.WARNING):
        load(settings)
    assert "no longer in the folder" in caplog.text
    assert query(settings, DEALS) == [("1", Decimal(10)), ("2", Decimal(20))]


def test_known_files_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/1.csv", csv("1;01.02.2026;10"))
    drop(settings, "deals/copy of 1.csv", csv("1;01.02.2026;10"))
    load(settings)
    assert query(settings, SEEN) == [("deals", "1.csv", 1, 0)]
    read: list[str] = []
    monkeypatch.setattr(resources, "take", lambda file, *_: read.append(file.name) or iter(()))
    load(settings)
    assert read == []
    monkeypatch.setattr(resources.tables, "READER_VERSION", 99)
    load(settings)
    assert read == ["1.csv"]


def test_rows_are_handed_over_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "BATCH", 2)
    settings = settings_for(tmp_path)
    drop(settings, "deals/1.csv", csv(*(f"{n};01.02.2026;{n}" for n in range(1, 6)), "6;;6"))
    found = resources.find_files(settings, resources.FEEDS["deals"])
    chunks = list(resources._read_file(settings, resources.FEEDS["deals"], found[0], 1))
    sizes = [chunk.rows.num_rows for chunk in chunks if chunk.table == "deals"]
    assert sizes == [2, 2, 1]
    load(settings)
    assert query(settings, "select count(*), max(row_number) from deals") == [(5, 6)]
    assert query(settings, SEEN) == [("deals", "1.csv", 6, 1)]


def test_a_load_that_breaks_half_way_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = settings_for(tmp_path / "a"), settings_for(tmp_path / "b")
    for settings in (whole, broken):
        drop(settings, "deals/1.csv", csv("1;01.02.2026;10", "2;01.02.2026;x"))
        drop(settings, "stage_events/1.csv", "deal_id,entered_at,stage\n1,2026-02-01,Новая\n")
        drop(settings, "tasks/1.csv", "task_id,deal_id,due_at\n1,1,2026-02-01\n")
    load(whole)

    original = resources._read_file

    def break_at_tasks(settings: Settings, feed: Any, *rest: Any) -> Any:
        if feed.name == "tasks":
            raise RuntimeError("the disk is gone")
        return original(settings, feed, *rest)

    monkeypatch.setattr(resources, "_read_file", break_at_tasks)
    with pytest.raises(PipelineStepFailed):
        load(broken)
    monkeypatch.setattr(resources, "_read_file", original)

    def break_the_load(self: object) -> None:
        raise RuntimeError("killed between the files and the database")

    pipeline = make_pipeline(SOURCE.name, broken)
    monkeypatch.setattr(type(pipeline), "load", break_the_load)
    with pytest.raises(RuntimeError):
        load(broken)
    monkeypatch.undo()
    monkeypatch.chdir(Path(__file__).parents[3])
    load(broken)
    assert everything(broken) == everything(whole)


def test_a_file_that_cannot_be_opened_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path)
    path = drop(settings, "deals/1.csv", csv("1;01.02.2026;10"))
    original = Path.open

    def denied(self: Path, *arguments: Any, **more: Any) -> Any:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return original(self, *arguments, **more)

    monkeypatch.setattr(Path, "open", denied)
    for _ in range(2):
        load(settings)
        ((kind, subject, rows, detail),) = problems(settings)
        assert (kind, subject, rows) == ("unreadable_file", "deals/1.csv", 1)
        assert "Permission denied" in detail
    monkeypatch.setattr(Path, "open", original)
    load(settings)
    assert query(settings, DEALS) == [("1", Decimal(10))]
    assert problems(settings) == []


def test_only_the_listed_feeds_are_read(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, feeds=["payments"])
    drop(settings, "deals/1.csv", csv("1;01.02.2026;10"))
    drop(settings, "payments/1.csv", "payment_id,paid_on,amount\n1,2026-02-01,5\n")
    load(settings)
    assert query(settings, "select count(*) from deals") == [(0,)]
    assert query(settings, "select payment_id from payments") == [("1",)]


def test_what_does_not_fit_together_is_told(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "deals/1.csv", "deal_id,created_at,pipeline,stage\n1,2026-02-01,Продажи,Новая\n")
    rows = "1,2026-02-01,Старая\n9,2026-02-01,Новая\n"
    drop(
        settings,
        "stage_events/1.csv",
        "deal_id,entered_at,pipeline,stage\n"
        + rows.replace(",2026-02-01,", ",2026-02-01,Продажи,"),
    )
    drop(settings, "pipelines/1.csv", "pipeline,stage,sort,kind\nпродажи,новая,1,\n")
    load(settings)
    assert problems(settings) == [
        ("unknown_deal", "stage_events", 1, "deals that no file of deals has, e.g. 9"),
        (
            "unknown_value",
            "pipelines",
            1,
            'stages that the list of its pipeline lacks, e.g. "Старая"',
        ),
    ]
