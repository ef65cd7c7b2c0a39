"""Which days are asked for, and how statistics become rows."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.errors import SourceFormatError
from ingestion.sources.vk_ads.days import Progress, Span, each_day, read_days

TODAY = date(2026, 10, 31)
LOOKBACK = (7, 30, 90)
SPAN = (date(2026, 10, 30), TODAY)


def day(text: str) -> date:
    return date.fromisoformat(text)


def finish(progress: Progress, today: date, history: int = 365) -> list[Span]:
    """Read all that is due; the parts asked for."""
    asked = []
    while True:
        progress.begin(today, history, LOOKBACK)
        span = progress.take()
        asked.append(span)
        progress.done(span)
        # as the state does between two rounds
        kept: dict[str, Any] = {}
        progress.write(kept)
        progress.__dict__.update(Progress.read(kept).__dict__)
        if not progress.is_unfinished(today):
            return asked


def test_first_reading_is_the_history_by_quarters_oldest_first() -> None:
    progress = Progress.read({})
    assert finish(progress, TODAY) == [
        (day("2025-10-31"), day("2026-01-30")),
        (day("2026-01-31"), day("2026-05-02")),
        (day("2026-05-03"), day("2026-08-02")),
        (day("2026-08-03"), TODAY),
    ]
    assert progress.loaded == (day("2025-10-31"), TODAY)


def test_later_readings_go_back_a_week_now_and_then_a_month_or_a_quarter() -> None:
    progress = Progress.read({})
    finish(progress, TODAY)
    back = {}
    for later in range(1, 62):
        today = TODAY + timedelta(days=later)
        (span,) = finish(progress, today)
        assert span[1] == today
        back[later] = (today - timedelta(days=1) - span[0]).days
    weekly = {7: 30, 14: 30, 21: 30, 28: 30, 30: 90, 37: 30, 44: 30, 51: 30, 58: 30, 60: 90}
    assert back == {later: weekly.get(later, 7) for later in back}


def test_longer_history_is_filled_up() -> None:
    progress = Progress.read({})
    finish(progress, TODAY, history=10)
    assert finish(progress, TODAY, history=100) == [
        (day("2026-07-23"), day("2026-10-20")),
        (day("2026-10-24"), TODAY),
    ]


def test_interrupted_reading_goes_on_and_then_catches_up() -> None:
    progress = Progress.read({})
    progress.begin(TODAY, 365, LOOKBACK)
    progress.done(progress.take())
    later = TODAY + timedelta(days=3)
    assert progress.is_unfinished(later)
    asked = finish(progress, later)
    assert asked[0] == (day("2026-01-31"), day("2026-05-02"))
    assert asked[-1] == (day("2026-10-24"), later)


@given(
    history=st.integers(1, 1096),
    pauses=st.lists(st.integers(0, 350), min_size=1, max_size=5),
    breaks=st.integers(0, 3),
)
@settings(deadline=None, max_examples=50)  # a busy machine is no failure
def test_no_day_is_left_out(history: int, pauses: list[int], breaks: int) -> None:
    progress, today, seen = Progress.read({}), TODAY, set()
    for _ in range(breaks):  # rounds before a crash
        progress.begin(today, history, LOOKBACK)
        span = progress.take()
        seen |= set(each_day(span))
        progress.done(span)
    for pause in pauses:
        today += timedelta(days=pause)
        for span in finish(progress, today, history):
            assert (span[1] - span[0]).days < 92
            seen |= set(each_day(span))
    first = TODAY if breaks else TODAY + timedelta(days=pauses[0])
    assert progress.loaded == (first - timedelta(days=history), today)
    assert seen == set(each_day(progress.loaded))


def item(number: int = 7, when: str = "2026-10-30", **base: Any) -> dict[str, Any]:
    figures = {"shows": 10, "clicks": 2, "goals": 1, "spent": "12.34", "ctr": 0.2, **base}
    return {"id": number, "rows": [{"date": when, "base": figures}], "total": {"base": {}}}


def read(*items: Any) -> dict[tuple[int, date], dict[str, Any]]:
    return read_days(items, frozenset({7}), SPAN, "vk_ads: statistics")


def test_money_is_text_and_becomes_decimal() -> None:
    assert read(item()) == {
        (7, SPAN[0]): {
            "shows": 10,
            "clicks": 2,
            "goals": Decimal(1),
            "spent": Decimal("12.34"),
        }
    }
    # a number instead of text, and finer than kopecks
    assert read(item(spent=Decimal("0.1")))[7, SPAN[0]]["spent"] == Decimal("0.1")
    assert read(item(spent="0.1234567"))[7, SPAN[0]]["spent"] == Decimal("0.123457")
    assert read(item(spent="-3.00"))[7, SPAN[0]]["spent"] == Decimal("-3")


def test_rows_of_zeros_and_missing_rows_say_the_same() -> None:
    assert read(item(shows=0, clicks=0, spent="0", goals=0)) == {}
    assert read({"id": 7, "rows": []}) == {}
    assert len(read(item(clicks=0, spent="0"))) == 1  # shown and not clicked


@pytest.mark.parametrize(
    ("spoilt", "complaint"),
    [
        (item(spent="12к"), "object 7, day 2026-10-30"),
        (item(spent=None), "object 7, day 2026-10-30"),
        (item(spent="NaN"), "object 7, day 2026-10-30"),
        (item(spent=True), "object 7, day 2026-10-30"),
        (item(shows="2.5"), "object 7, day 2026-10-30"),
        (item(clicks=[1]), "object 7, day 2026-10-30"),
        (item(when="30.10.2026"), "object 7, day 30.10.2026"),
        (item(when="2026-10-29"), "2026-10-29 was not asked for"),
        (item(number=8), "object 8 was not asked for"),
        ({"id": 7}, "no id or no rows"),
        ({"rows": []}, "no id or no rows"),
        ({"id": 7, "rows": [{"date": "2026-10-30"}]}, "object 7, day 2026-10-30"),
        ({"id": 7, "rows": ["2026-10-30"]}, "object 7, day None"),
        ("id", "no id or no rows"),
    ],
)
def test_statistics_that_are_not_as_asked_are_refused(spoilt: Any, complaint: str) -> None:
    with pytest.raises(SourceFormatError, match=complaint) as caught:
        read(spoilt)
    assert "nothing was replaced" in str(caught.value)
