"""Files through dlt into a real DuckDB file: what lands, what a second run does, what stops."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed
from openpyxl import Workbook

from ingestion.pipeline import load_source
from ingestion.sources import spend_files
from ingestion.sources.spend_files import SOURCE
from ingestion.sources.spend_files import inbox as spend_inbox
from tests.ingestion.spend_files.folder import HEADER, drop, load, problems, query, settings_for

COUNTS = """
    select
        (select count(*) from spend_rows), (select count(*) from spend_days),
        (select count(*) from files), (select count(*) from quarantine)
"""


@pytest.fixture(autouse=True)
def _project_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there


def test_an_absent_folder_gives_four_empty_tables(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    load(settings)
    load(settings)
    assert query(settings, COUNTS) == [(0, 0, 0, 0)]
    assert problems(settings) == []


def test_rows_days_and_totals(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(
        settings,
        "agency north/2026/jan.csv",
        HEADER.replace("Дата", "Дата;Регион")
        + "01.01.2026-03.01.2026;Тула;avito;Кухни;100;\n"
        + "04.01.2026;;avito;;12к;\n"
        + "05.01.2026;;avito;;-5;возврат\n"
        + "Итого;;;;95;\n",
    )
    drop(settings, "letter.txt", "Dear client\n")
    load(settings)
    assert query(settings, COUNTS) == [(2, 4, 2, 2)]
    assert query(
        settings,
        """select row_number, file_name, cabinet, cost, currency, vat_mode
        from spend_rows order by 1""",
    ) == [
        (2, "agency north/2026/jan.csv", "agency north", Decimal("100.00"), "RUB", "incl"),
        (4, "agency north/2026/jan.csv", "agency north", Decimal("-5.00"), "RUB", "incl"),
    ]
    assert query(settings, "select spend_on, cost from spend_days order by 1") == [
        (date(2026, 1, 1), Decimal("33.33")),
        (date(2026, 1, 2), Decimal("33.33")),
        (date(2026, 1, 3), Decimal("33.34")),
        (date(2026, 1, 5), Decimal("-5.00")),
    ]
    assert query(
        settings,
        """select rows, cost, rows_quarantined, cost_quarantined, cost_stated, currencies,
            unknown_columns, load_number
        from files order by file_name""",
    ) == [
        (2, Decimal("95.00"), 1, Decimal("0.00"), Decimal("95.00"), "RUB", "Регион", 1),
        (0, Decimal("0.00"), 1, Decimal("0.00"), None, None, None, 1),
    ]
    types = """select distinct typeof(cost), typeof(date_from), typeof(vat_rate), typeof(raw_json),
        raw_json->>'Регион' from spend_rows order by all"""
    assert query(settings, types)[0] == ("DECIMAL(18,2)", "DATE", "DECIMAL(5,4)", "JSON", "Тула")
    assert [row[:4] for row in problems(settings)] == [
        ("unreadable_row", "agency north/2026/jan.csv", None, 1),
        ("unknown_column", "column Регион", None, 1),
        ("unreadable_file", "letter.txt", None, 1),
    ]
    assert problems(settings)[0][4] == (
        'row 3: column "Расход": "12к" is not a number; expected e.g. 12000.50'
    )


def test_a_workbook_of_two_months(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for month, cost in ((1, 10.1), (2, 20.2)):
        sheet = book.create_sheet(f"2026-{month}")
        sheet.append(["Дата", "Источник", "Расход"])
        sheet.append([date(2026, month, 1), "2gis", cost])
    book.create_sheet("Прочее").append(["Запись", "ни о чём"])
    stream = io.BytesIO()
    book.save(stream)
    settings = settings_for(tmp_path)
    drop(settings, "2gis.xlsx", stream.getvalue())
    load(settings)
    assert query(settings, "select sheet, row_number, cost from spend_rows order by 1") == [
        ("2026-1", 2, Decimal("10.10")),
        ("2026-2", 2, Decimal("20.20")),
    ]
    ((kind, subject, _, rows, detail),) = problems(settings)
    assert (kind, subject, rows) == ("unreadable_sheet", "2gis.xlsx", 1)
    assert '2gis.xlsx sheet "Прочее": no header in the first 1 rows' in detail


def test_the_same_file_again_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "a.csv", HEADER + "01.01.2026;avito;;1;\n")
    load(settings)
    everything = "select * from spend_rows join spend_days using (file_sha256, row_number)"
    before = query(settings, everything)
    drop(settings, "copy of a.csv", HEADER + "01.01.2026;avito;;1;\n")
    parsed: list[str] = []
    original = spend_inbox.parse

    def counting(name: str, *rest: Any) -> Any:
        parsed.append(name)
        return original(name, *rest)

    monkeypatch.setattr(spend_inbox, "parse", counting)
    load(settings)
    assert query(settings, everything) == before
    assert parsed == []
    drop(settings, "b.csv", HEADER + "02.01.2026;avito;;1;\n")
    load(settings)
    assert parsed == ["b.csv"]  # once for the four tables


def test_files_are_numbered_in_the_order_they_were_taken(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "z.csv", HEADER + "01.01.2026;avito;;1;\n", changed_at=1_767_000_300)
    load(settings)
    drop(settings, "b.csv", HEADER + "01.01.2026;avito;;2;\n", changed_at=1_767_000_200)
    drop(settings, "a.csv", HEADER + "01.01.2026;avito;;3;\n", changed_at=1_767_000_400)
    load(settings)
    order = """select file_name, load_number from files
        order by load_number, modified_at, file_name"""
    expected = [("z.csv", 1), ("b.csv", 2), ("a.csv", 2)]
    assert query(settings, order) == expected
    # everything is read anew, and the order stays
    load(settings_for(tmp_path, vat_mode="excl"))
    assert query(settings, order) == expected
    assert query(settings, "select distinct vat_mode from spend_rows") == [("excl",)]


def test_a_file_that_takes_the_place_of_another_is_told(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    days = "".join(f"{day:02}.01.2026;avito;;1;\n" for day in range(1, 11))
    drop(settings, "a/january.csv", HEADER + days + "05.01.2026;2gis;;7;\n")
    drop(settings, "b/january.csv", HEADER + "05.01.2026;avito;;100;\n")
    load(settings)
    assert problems(settings) == []
    # of another cabinet's and another source's days nothing is said
    drop(settings, "a/more.csv", HEADER + "04.01.2026;Avito ;;2;\n06.01.2026;Avito;;2;\n")
    load(settings)
    assert problems(settings) == [
        (
            "superseded",
            "a/january.csv",
            Decimal("3.00"),
            3,
            "its days from 2026-01-04 to 2026-01-06 are those of a/more.csv; what belongs together "
            "goes into one file",
        )
    ]
    # a file corrected under its name replaces its own earlier content, which is no news
    drop(settings, "a/more.csv", HEADER + "04.01.2026;avito;;3;\n06.01.2026;avito;;2;\n")
    load(settings)
    assert [row[:4] for row in problems(settings)] == [
        ("superseded", "a/january.csv", Decimal("3.00"), 3)
    ]


def test_a_file_that_left_the_folder_stays_loaded(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    path = drop(settings, "a.csv", HEADER + "01.01.2026;avito;;1;\n")
    load(settings)
    path.unlink()
    load(settings)
    assert query(settings, COUNTS) == [(1, 1, 1, 0)]


def test_a_file_corrected_under_its_name_has_no_problems_left(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "a.csv", HEADER + "01.01.2026;avito;;1к;\nИтого;;;2;\n")
    load(settings)
    assert [row[0] for row in problems(settings)] == ["totals_do_not_tie", "unreadable_row"]
    drop(settings, "a.csv", HEADER + "01.01.2026;avito;;2;\nИтого;;;2;\n")
    load(settings)
    assert problems(settings) == []


def test_a_total_line_that_says_otherwise(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "a.csv", HEADER + "01.01.2026;avito;;1;\nИтого;;;3;\n")
    load(settings)
    ((kind, subject, amount, rows, detail),) = problems(settings)
    assert (kind, subject, amount, rows) == ("totals_do_not_tie", "a.csv", Decimal("2.00"), 1)
    assert detail == "the total line says 3.00, the rows add up to 1.00"


def test_file_without_right_to_read_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "a.csv", HEADER + "01.01.2026;avito;;1;\n")
    with monkeypatch.context() as patch:

        def refuse(*_: Any, **__: Any) -> Any:
            raise PermissionError(13, "Permission denied")

        patch.setattr(Path, "open", refuse)
        load(settings)
        assert query(settings, COUNTS) == [(0, 0, 0, 1)]
        ((kind, *_, detail),) = problems(settings)
        assert kind == "unreadable_file"
        assert detail.startswith("a.csv: cannot be read (Permission denied)")
    load(settings)
    assert query(settings, COUNTS) == [(1, 1, 1, 0)]


def test_a_load_that_fails_half_way_is_repeated_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, undisturbed = settings_for(tmp_path / "a"), settings_for(tmp_path / "b")
    for place in (settings, undisturbed):
        drop(place, "a.csv", HEADER + "01.01.2026;avito;;1;\n")
        load(place)
        drop(place, "b.csv", HEADER + "01.01.2026;avito;;2;\n02.01.2026;avito;;x;\n")
    with monkeypatch.context() as patch:

        def fail(*_: Any) -> Any:
            raise RuntimeError("the disk is full")

        patch.setattr(spend_files, "quarantine_rows", fail)
        with pytest.raises(PipelineStepFailed, match="the disk is full"):
            load(settings)
    assert query(settings, COUNTS) == [(1, 1, 1, 0)]
    load(settings)
    load(undisturbed)
    for table in ("spend_rows", "spend_days", "files", "quarantine"):
        rows = (
            f"select columns(c -> c not in ('_dlt_id', '_dlt_load_id', 'loaded_at')) from {table}"
        )
        assert query(settings, rows + " order by all") == query(undisturbed, rows + " order by all")


@pytest.mark.parametrize(
    ("extra", "complaint"), [({"discount": 1}, "discount"), ({"cost": "twelve"}, "cost")]
)
def test_column_or_type_nobody_declared_stops_the_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: dict[str, Any], complaint: str
) -> None:
    settings = settings_for(tmp_path)
    drop(settings, "a.csv", HEADER + "01.01.2026;avito;;1;\n")
    load(settings)
    drop(settings, "b.csv", HEADER + "01.01.2026;avito;;2;\n")
    original = spend_files.line_rows
    monkeypatch.setattr(
        spend_files, "line_rows", lambda *args: [{**row, **extra} for row in original(*args)]
    )
    with pytest.raises(PipelineStepFailed, match=f"(?s){complaint}.*contract_mode=freeze"):
        load_source(SOURCE, settings)
    assert query(settings, COUNTS) == [(1, 1, 1, 0)]
