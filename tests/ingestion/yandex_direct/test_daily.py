"""Which days are asked for, and how a report's text becomes rows."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.errors import ServiceUnavailableError, SourceFormatError
from ingestion.sources.yandex_direct import _campaign
from ingestion.sources.yandex_direct.client import REPORT_FIELDS, SpanTooLongError
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.daily import fetch_parts, read_report, spans

FIXTURES = Path(__file__).parents[2] / "fixtures" / "yandex_direct"
TODAY = date(2026, 10, 31)
NOW = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
COLUMNS = "\t".join(REPORT_FIELDS)


def days(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


def section(months: int = 2, lookback: int = 7) -> YandexDirectSection:
    return YandexDirectSection(history_months=months, lookback_days=lookback)


def test_first_run_asks_for_the_history_by_months() -> None:
    assert spans(TODAY, section(), None) == [
        days("2026-08-01", "2026-08-31"),
        days("2026-09-01", "2026-09-30"),
        days("2026-10-01", "2026-10-31"),
    ]


def test_later_run_looks_back_from_the_last_loaded_day() -> None:
    loaded = days("2026-08-01", "2026-10-04")
    assert spans(TODAY, section(), (loaded[0], loaded[1])) == [
        days("2026-09-27", "2026-09-30"),
        days("2026-10-01", "2026-10-31"),
    ]


def test_longer_history_is_filled_up() -> None:
    loaded = days("2026-10-01", "2026-10-31")
    assert spans(TODAY, section(1), (loaded[0], loaded[1])) == [
        days("2026-09-01", "2026-09-30"),
        days("2026-10-24", "2026-10-31"),
    ]


def test_history_ends_where_directs_does() -> None:
    assert spans(TODAY, section(36), None)[0][0] == date(2023, 10, 1)
    assert spans(TODAY, section(), days("2020-01-01", "2020-02-01"))[0][0] == date(2023, 10, 1)  # type: ignore[arg-type]


@given(
    today=st.dates(date(2025, 1, 1), date(2035, 1, 1)),
    months=st.integers(1, 36),
    lookback=st.integers(3, 90),
    ago=st.none() | st.integers(-40, 1000),
)
@settings(deadline=None)  # a busy machine is no failure
def test_days_asked_for_are_whole_and_once(
    today: date, months: int, lookback: int, ago: int | None
) -> None:
    last = None if ago is None else date.fromordinal(today.toordinal() - ago)
    loaded = None if last is None else (date.fromordinal(last.toordinal() - 100), last)
    asked = spans(today, section(months, lookback), loaded)
    flat = [day for first, end in asked for day in range(first.toordinal(), end.toordinal() + 1)]
    assert len(flat) == len(set(flat))
    assert flat[-1] == today.toordinal()
    assert flat == sorted(flat)
    if last is not None and last <= today and ago is not None and ago < 900:
        assert set(range(last.toordinal() - lookback, today.toordinal() + 1)) <= set(flat)


def test_span_is_halved_until_direct_can() -> None:
    asked = []

    def fetch(first: date, last: date) -> bytes:
        asked.append((first.day, last.day))
        if (last - first).days >= 2:
            raise SpanTooLongError
        return b""

    parts = [span for span, _ in fetch_parts(fetch, date(2026, 10, 1), date(2026, 10, 5))]
    assert [(first.day, last.day) for first, last in parts] == [(1, 2), (3, 3), (4, 5)]
    assert asked[0] == (1, 5)


def test_single_day_that_direct_cannot_is_an_error() -> None:
    def fetch(first: date, last: date) -> bytes:
        raise SpanTooLongError

    with pytest.raises(ServiceUnavailableError, match="2026-10-01 alone"):
        list(fetch_parts(fetch, date(2026, 10, 1), date(2026, 10, 4)))


def read(*lines: str, first: str = "2026-10-30", last: str = "2026-10-31") -> list[dict[str, Any]]:
    text = "".join(f"{line}\n" for line in (COLUMNS, *lines)).encode()
    span = (date.fromisoformat(first), date.fromisoformat(last))
    return read_report(text, span, "cabinet", "RUB", TODAY, NOW)


def test_every_day_has_a_row() -> None:
    filled, empty = read("2026-10-30\t7\tИмя\tTEXT_CAMPAIGN\t10\t2\t1220000000")
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
        "is_provisional": False,
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
        "Total rows: 1",
    ],
)
def test_report_that_is_not_as_asked_is_refused(line: str) -> None:
    with pytest.raises(SourceFormatError, match=r"cabinet cabinet: report for 2026-10-30.*line 2"):
        read(line)


@pytest.mark.parametrize("text", [b"", b"<html>", "Дата\tРасход\n".encode(), b"\xff\xfe"])
def test_text_that_is_no_report_is_refused(text: bytes) -> None:
    with pytest.raises(SourceFormatError, match="report for"):
        read_report(text, (TODAY, TODAY), "cabinet", "RUB", TODAY, NOW)


def recorded(name: str) -> tuple[dict[str, Any], str]:
    cassette = yaml.safe_load((FIXTURES / f"axisrow_{name}_get_cassette.yaml").read_text("utf-8"))
    (exchange,) = cassette["interactions"]
    return json.loads(exchange["request"]["body"]), exchange["response"]["body"]["string"]


def test_recorded_empty_report_has_the_line_of_columns_only() -> None:
    request, text = recorded("reports")
    assert text == "\t".join(request["params"]["FieldNames"]) + "\n"
    assert [row["is_empty_day"] for row in read()] == [True, True]


def test_recorded_campaign_becomes_a_row() -> None:
    (item,) = json.loads(recorded("campaigns")[1])["result"]["Campaigns"]
    row = _campaign(item)
    assert (row["campaign_id"], row["state"], row["start_date"], row["tracking_params"]) == (
        700012135, "OFF", "2026-05-19", None,
    )  # fmt: skip
