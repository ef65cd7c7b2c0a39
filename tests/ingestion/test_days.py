"""Which days a source that replaces whole days asks for, round by round and run by run."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.days import DayCursor, Span, Window, count_days, each_day, parts

TODAY = date(2026, 10, 31)


def run(
    state: dict[str, Any], window: Window, keys: tuple[str, ...] = ("a",), most: int | None = None
) -> list[tuple[str, Span]]:
    """All rounds of one run, as the runner does them."""
    asked = []
    for _ in range(500):
        cursor = DayCursor(state, window)
        for key in keys:
            span = cursor.span(key, most)
            if span is not None:
                asked.append((key, span))
                cursor.done(key, span)
        if not cursor.close():
            return asked
    raise AssertionError("never done")


def window(today: date = TODAY, back: int = 99, lookback: int = 7, days: int = 31) -> Window:
    return Window(today, today - timedelta(days=back), lookback, days)


def test_history_comes_newest_first_and_once() -> None:
    state: dict[str, Any] = {}
    spans = [span for _, span in run(state, window())]
    assert spans == [
        (date(2026, 10, 1), TODAY),
        (date(2026, 8, 31), date(2026, 9, 30)),
        (date(2026, 7, 31), date(2026, 8, 30)),
        (date(2026, 7, 24), date(2026, 7, 30)),
    ]
    assert run(state, window(back=99)) == [("a", (date(2026, 10, 24), TODAY))]


def test_looking_back_further_than_a_round_reaches_misses_no_day() -> None:
    state: dict[str, Any] = {}
    run(state, window(back=30))
    for later in (0, 1):
        today = TODAY + timedelta(days=later)
        spans = [span for _, span in run(state, window(today, 30, lookback=7, days=3))]
        asked = [day for span in spans for day in each_day(span)]
        assert asked == list(each_day((TODAY - timedelta(days=7), today)))


def test_keys_of_different_length_do_not_repeat_one_another() -> None:
    state: dict[str, Any] = {}
    run(state, window(), ("a",))
    asked = run(state, window(), ("a", "b"))
    assert [key for key, _ in asked] == ["a", "b", "b", "b", "b"]


def test_a_run_that_died_looks_back_when_it_is_another_day() -> None:
    state: dict[str, Any] = {}
    cursor = DayCursor(state, window())
    cursor.done("a", cursor.span("a") or (TODAY, TODAY))
    assert cursor.close()
    same_day = DayCursor(dict(state), window()).span("a")
    assert same_day == (date(2026, 8, 31), date(2026, 9, 30))
    next_day = DayCursor(state, window(TODAY + timedelta(days=1))).span("a")
    assert next_day == (date(2026, 10, 24), date(2026, 11, 1))


@given(
    days=st.integers(1, 40),
    lookback=st.integers(0, 40),
    back=st.integers(0, 120),
    pauses=st.lists(st.integers(0, 60), max_size=3),
    most=st.one_of(st.none(), st.integers(1, 50)),
)
def test_every_day_of_the_window_is_loaded_without_holes(
    days: int, lookback: int, back: int, pauses: list[int], most: int | None
) -> None:
    state: dict[str, Any] = {}
    today, loaded = TODAY, set()
    for pause in [0, *pauses]:
        today += timedelta(days=pause)
        found = Window(today, TODAY - timedelta(days=back), lookback, days)
        before = set(loaded)
        asked: list[date] = []
        for _, span in run(state, found, most=most):
            assert span[0] <= span[1] <= today
            asked += each_day(span)
        assert len(asked) == len(set(asked))  # no day twice in one run
        loaded |= set(asked)
        assert loaded >= set(each_day((found.start, today)))
        if before:
            again = set(each_day((max(before) - timedelta(days=lookback), max(before))))
            assert set(asked) >= again & before
    first, last = min(loaded), max(loaded)
    assert loaded == set(each_day((first, last)))


@pytest.mark.parametrize(("days", "count"), [(1, 5), (2, 3), (5, 1), (9, 1)])
def test_parts_cover_a_span(days: int, count: int) -> None:
    span = (date(2026, 10, 1), date(2026, 10, 5))
    found = list(parts(span, days))
    assert len(found) == count
    assert [day for part in found for day in each_day(part)] == list(each_day(span))


def test_days_are_counted_with_the_empty_ones() -> None:
    first = date(2026, 10, 1)
    span = (first, first + timedelta(days=2))
    assert list(count_days([first, first], span).values()) == [2, 0, 0]
