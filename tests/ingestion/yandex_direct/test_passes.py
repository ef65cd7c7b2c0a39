"""Which days are asked for, round by round, and what is remembered of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.lists import Changed
from ingestion.sources.yandex_direct.passes import Progress, Span

TODAY = date(2026, 10, 31)
NOTHING = Changed(None, "2026-10-31T20:00:00Z")


def day(text: str) -> date:
    return date.fromisoformat(text)


def span(first: str, last: str) -> Span:
    return (day(first), day(last))


def section(months: int = 2, lookback: int = 7) -> YandexDirectSection:
    return YandexDirectSection(history_months=months, lookback_days=lookback)


def walk(
    progress: Progress, today: date, options: YandexDirectSection, changed: Changed = NOTHING
) -> tuple[list[Span], Progress, int]:
    """A whole pass: what is asked for, where it leads, and in how many rounds."""
    progress = Progress.of_state(progress.to_state()).begin(today, options, changed)
    asked, rounds = [], 0
    while progress.pass_next is not None:
        spans, progress = Progress.of_state(progress.to_state()).round(today, options)
        asked += spans
        rounds += 1
    return asked, progress, rounds


def loaded(first: str, last: str, *, deep_on: str | None = None) -> Progress:
    deep = day(deep_on) if deep_on else TODAY
    return Progress(
        day(first), day(last), asked_on=day(last), weekly_on=deep, monthly_on=deep, since="then"
    )


def test_first_run_asks_for_the_history_by_months() -> None:
    asked, progress, rounds = walk(Progress(), TODAY, section())
    assert asked == [
        span("2026-08-01", "2026-08-31"),
        span("2026-09-01", "2026-09-30"),
        span("2026-10-01", "2026-10-31"),
    ]
    assert rounds == 1
    assert progress == Progress(
        day("2026-08-01"), TODAY, TODAY, weekly_on=TODAY, monthly_on=TODAY, since=NOTHING.timestamp
    )


def test_long_history_goes_in_rounds_of_three_months() -> None:
    asked, progress, rounds = walk(Progress(), TODAY, section(12))
    assert (len(asked), rounds) == (13, 5)
    assert asked[0] == span("2025-10-01", "2025-10-31")
    assert (progress.first, progress.last) == (day("2025-10-01"), TODAY)


def test_later_run_looks_back_from_the_last_loaded_day() -> None:
    asked, progress, _ = walk(loaded("2026-08-01", "2026-10-04"), TODAY, section())
    assert asked == [span("2026-09-27", "2026-09-30"), span("2026-10-01", "2026-10-31")]
    assert (progress.first, progress.since) == (day("2026-08-01"), NOTHING.timestamp)


@pytest.mark.parametrize(
    ("deep_on", "start"),
    [("2026-10-25", "2026-10-23"), ("2026-10-24", "2026-09-30"), ("2026-10-01", "2026-08-01")],
    ids=["nightly", "weekly", "monthly"],
)
def test_once_in_a_week_and_in_a_month_it_looks_further_back(deep_on: str, start: str) -> None:
    before = loaded("2026-07-01", "2026-10-30", deep_on=deep_on)
    asked, progress, _ = walk(before, TODAY, section(3))
    assert asked[0][0] == day(start)
    assert progress.weekly_on == (day(deep_on) if start == "2026-10-23" else TODAY)
    assert progress.monthly_on == (TODAY if start == "2026-08-01" else day(deep_on))


def test_where_figures_changed_it_begins_there() -> None:
    changed = Changed(day("2026-08-15"), "2026-10-31T20:00:00Z")
    before = loaded("2026-08-01", "2026-10-30")
    assert walk(before, TODAY, section(), changed)[0][0] == span("2026-08-15", "2026-08-31")
    # a day nobody asked for is not loaded because it changed
    changed = Changed(day("2025-01-15"), "2026-10-31T20:00:00Z")
    assert walk(before, TODAY, section(), changed)[0][0] == span("2026-08-01", "2026-08-31")
    # nor is less loaded because nothing older changed
    changed = Changed(TODAY, "2026-10-31T20:00:00Z")
    assert walk(before, TODAY, section(), changed)[0][0][0] == day("2026-10-23")


def test_longer_history_is_asked_for_from_its_new_beginning() -> None:
    asked, progress, _ = walk(loaded("2026-10-01", "2026-10-31"), TODAY, section(2))
    assert asked[0] == span("2026-08-01", "2026-08-31")
    assert progress.first == day("2026-08-01")
    assert walk(progress, TODAY, section(1))[0][0][0] == day("2026-10-24")  # shorter: nothing


def test_history_ends_where_directs_does() -> None:
    assert walk(Progress(), TODAY, section(36))[0][0][0] == day("2023-10-01")
    old = loaded("2020-01-01", "2020-02-01")
    assert walk(old, TODAY, section())[0][0][0] == day("2023-10-01")


def test_interrupted_pass_goes_on_and_settles_what_it_saw_last() -> None:
    options = section(12)
    progress = Progress().begin(TODAY, options, NOTHING)
    _, progress = progress.round(TODAY, options)
    assert progress.pass_next == day("2026-01-01")
    assert progress.since == ""  # only a whole pass moves it
    same_day, _ = progress.round(TODAY, options)
    assert same_day[0] == span("2026-01-01", "2026-01-31")
    next_week, _ = progress.round(TODAY + timedelta(days=7), options)
    assert next_week[0] == span("2025-12-25", "2025-12-31")


def test_clock_that_went_back() -> None:
    before = loaded("2026-08-01", "2026-12-31")
    asked, progress, _ = walk(before, TODAY, section())
    assert asked == [span("2026-10-24", "2026-10-31")]
    assert progress.last == day("2026-12-31")


@given(
    today=st.dates(date(2025, 1, 1), date(2035, 1, 1)),
    months=st.integers(1, 36),
    lookback=st.integers(3, 90),
    ago=st.none() | st.integers(-40, 1000),
    border=st.none() | st.integers(0, 1200),
)
@settings(deadline=None)  # a busy machine is no failure
def test_days_asked_for_are_whole_and_once(
    today: date, months: int, lookback: int, ago: int | None, border: int | None
) -> None:
    before = Progress()
    if ago is not None:
        last = today - timedelta(days=ago)
        before = Progress(last - timedelta(days=100), last)
    since = None if border is None else today - timedelta(days=border)
    options = section(months, lookback)
    asked, after, _ = walk(before, today, options, Changed(since, "t"))
    flat = [one for first, end in asked for one in range(first.toordinal(), end.toordinal() + 1)]
    assert flat == list(range(flat[0], today.toordinal() + 1))
    assert after.pass_next is None
    assert after.last is not None
    assert after.last >= today
    if before.last is not None and before.last <= today and ago is not None and ago < 900:
        assert flat[0] <= before.last.toordinal() - lookback
    horizon = after.first
    assert horizon is not None
    if since is not None:
        assert flat[0] <= max(since, horizon).toordinal()
