"""How a report's text becomes rows."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.yandex_direct.daily import Asked, read_report
from ingestion.sources.yandex_direct.reports import AD_DAILY, CAMPAIGN_DAILY, ReportKind
from tests.ingestion.yandex_direct.cabinet import recorded

TODAY = date(2026, 10, 31)
NOW = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
ASKED = Asked("cabinet", "RUB", TODAY, NOW)
LINE = "2026-10-30\t7\tИмя\tTEXT_CAMPAIGN\t10\t2\t1220000000"


def parse(
    text: bytes,
    kind: ReportKind = CAMPAIGN_DAILY,
    first: str = "2026-10-30",
    last: str = "2026-10-31",
) -> list[dict[str, Any]]:
    span = (date.fromisoformat(first), date.fromisoformat(last))
    return [row for rows in read_report(text, kind, span, ASKED) for row in rows]


def read(
    *lines: str, kind: ReportKind = CAMPAIGN_DAILY, head: str = "", **span: str
) -> list[dict[str, Any]]:
    columns = "\t".join(kind.fields)
    text = head + "".join(f"{line}\n" for line in (columns, *lines))
    return parse(text.encode(), kind, **span)


def test_every_day_has_a_row() -> None:
    filled, empty = read(LINE)
    assert filled == {
        "login": "cabinet",
        "spend_on": date(2026, 10, 30),
        "campaign_id": 7,
        "campaign_name": "Имя",
        "campaign_type": "TEXT_CAMPAIGN",
        "impressions": 10,
        "clicks": 2,
        "cost_micros": 1_220_000_000,
        "currency": "RUB",
        "includes_vat": True,
        "is_provisional": True,
        "is_empty_day": False,
        "requested_at": NOW,
    }
    assert empty["is_empty_day"]
    assert empty["is_provisional"]
    assert "campaign_id" not in empty


def test_two_dashes_are_no_value_and_zero_is_zero() -> None:
    row, _ = read("2026-10-30\t--\tМастер\t--\t0\t--\t--")
    assert (row["campaign_id"], row["impressions"], row["clicks"], row["cost_micros"]) == (
        None, 0, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "2026-10-30\t7\tИмя\tTEXT_CAMPAIGN\t10\t2",
        "2026-10-29\t7\tИмя\tTEXT_CAMPAIGN\t10\t2\t5",
        "30.10.2026\t7\tИмя\tTEXT_CAMPAIGN\t10\t2\t5",
        "2026-10-30\t7\tИмя\tTEXT_CAMPAIGN\t10\t2\t12.5",
    ],
)
def test_report_that_is_not_as_asked_is_refused(line: str) -> None:
    with pytest.raises(SourceFormatError, match=r"cabinet cabinet: report for 2026-10-30.*line 2"):
        read(line)


@pytest.mark.parametrize("text", [b"", b"<html>", "Дата\tРасход\n".encode(), b"\xff\xfe"])
def test_text_that_is_no_report_is_refused(text: bytes) -> None:
    with pytest.raises(SourceFormatError, match="report for"):
        parse(text)


def test_figures_are_provisional_until_direct_has_settled_them() -> None:
    rows = read(first="2026-10-26", last="2026-10-31")
    assert [row["is_provisional"] for row in rows] == [False, False, True, True, True, True]


def test_recorded_empty_report_has_the_line_of_columns_only() -> None:
    request, text = recorded("reports_get")
    assert text == "\t".join(request["params"]["FieldNames"]) + "\n"
    assert [row["is_empty_day"] for row in read()] == [True, True]


def test_title_and_summary_may_come_unasked() -> None:
    title = '"skvoz 2026-10-30 (2026-10-30 - 2026-10-31)"\n'
    assert read(LINE, "Total rows: 1", head=title) == read(LINE)
    assert read(LINE, head=title) == read(LINE)
    assert read("Total rows: 0") == read()


def test_report_with_fewer_rows_than_it_says_is_refused() -> None:
    with pytest.raises(SourceFormatError, match="has 1 rows and says it has 2"):
        read(LINE, "Total rows: 2")


def test_row_twice_is_refused() -> None:
    with pytest.raises(SourceFormatError, match=r"line 3 .* no row twice"):
        read(LINE, LINE)


def test_days_of_ads_and_of_what_the_wizard_shows_in_none() -> None:
    named, unnamed, empty = read(
        "2026-10-30\t7\t10000000071\t20000000072\t10\t2\t1220000000",
        "2026-10-30\t7\t--\t--\t10\t2\t30000",
        kind=AD_DAILY,
    )
    assert (named["ad_group_id"], named["ad_id"]) == (10000000071, 20000000072)
    assert (unnamed["ad_group_id"], unnamed["ad_id"], unnamed["cost_micros"]) == (None, None, 30000)
    assert empty["is_empty_day"]
    assert "campaign_name" not in named


def test_lines_end_as_the_service_ends_them() -> None:
    columns = "\t".join(CAMPAIGN_DAILY.fields)
    assert parse(f"{columns}\n{LINE}".encode()) == read(LINE)
    with pytest.raises(SourceFormatError, match="line 3"):
        parse(f"{columns}\n{LINE}\n\n".encode())
