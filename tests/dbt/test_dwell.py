"""Working time, quantiles and Kaplan-Meier times against plain Python, pandas and lifelines."""

import csv
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import pandas
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from tests.dbt.conftest import PROJECT
from tests.dbt.rendering import render, render_model

CALENDAR = PROJECT / "seeds/production_calendar.csv"
ZONES = ["Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Vladivostok"]
# (length in seconds, whether it still lasts)
Stay = tuple[int, bool]


@pytest.fixture(scope="module")
def exceptions() -> dict[date, str]:
    with CALENDAR.open(encoding="utf-8", newline="") as file:
        return {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def working_day(day: date, exceptions: dict[date, str], zone: str) -> tuple[datetime, datetime]:
    """When the company opens and closes, by the words of the definition."""
    kind = exceptions.get(day)
    works = day.isoweekday() <= 5 if kind is None else kind != "holiday"
    opens = datetime.combine(day, time(9), ZoneInfo(zone))
    closes = datetime.combine(day, time(17 if kind == "short" else 18), ZoneInfo(zone))
    return opens.astimezone(UTC), closes.astimezone(UTC) if works else opens.astimezone(UTC)


def working_seconds(
    earlier: datetime, later: datetime, exceptions: dict[date, str], zone: str
) -> int:
    """Day after day, what the stretch and the working day have in common."""
    day = earlier.astimezone(ZoneInfo(zone)).date()
    total = timedelta()
    while day <= later.astimezone(ZoneInfo(zone)).date():
        opens, closes = working_day(day, exceptions, zone)
        total += max(min(later, closes) - max(earlier, opens), timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds())


@pytest.mark.parametrize(
    ("year", "days", "hours"),
    # the ministry's norm of a forty-hour week
    [(2022, 247, 1973), (2023, 247, 1973), (2024, 248, 1979), (2025, 247, 1972), (2026, 247, 1972)],
)
def test_the_calendar_has_the_years_norm_of_days_and_hours(
    exceptions: dict[date, str], year: int, days: int, hours: int
) -> None:
    all_days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    kinds = [
        exceptions.get(day, "usual" if day.isoweekday() <= 5 else "holiday")
        for day in all_days
        if day.year == year
    ]
    counted = Counter(kinds)
    worked = counted["usual"] + counted["working"] + counted["short"]
    assert (worked, worked * 8 - counted["short"]) == (days, hours)


@pytest.mark.parametrize("zone", ZONES)
def test_working_time_is_what_day_after_day_adds_up_to(
    engine: duckdb.DuckDBPyConnection, exceptions: dict[date, str], zone: str
) -> None:
    engine.execute("create table production_calendar as select * from read_csv(?)", [str(CALENDAR)])
    model = render_model(
        "intermediate/company/int_company__working_days.sql", company_timezone=zone
    )
    engine.execute(f"create table int_company__working_days as {model}")
    query = render(
        """
        select {{ working_seconds('moments.earlier', 'moments.later', 'entry_days', 'exit_days') }}
        from (select ?::timestamp as earlier, ?::timestamp as later) as moments
        left join {{ ref('int_company__working_days') }} as entry_days
            on {{ local_date('moments.earlier') }} = entry_days.day_on
        left join {{ ref('int_company__working_days') }} as exit_days
            on {{ local_date('moments.later') }} = exit_days.day_on
        """,
        company_timezone=zone,
    )
    first = datetime(2021, 12, 25, tzinfo=UTC)
    moments = st.integers(0, 5 * 365 * 86400).map(lambda second: first + timedelta(seconds=second))

    @settings(max_examples=80, deadline=None)
    @given(moments, st.integers(0, 40 * 86400))
    # a working Saturday; the nights in which clocks change in Berlin
    @example(datetime(2022, 3, 4, 12, tzinfo=UTC), 86400)
    @example(datetime(2022, 3, 26, 12, tzinfo=UTC), 2 * 86400)
    @example(datetime(2022, 10, 29, 22, tzinfo=UTC), 2 * 86400)
    def check(earlier: datetime, length: int) -> None:
        later = earlier + timedelta(seconds=length)
        found = engine.execute(query, [earlier.replace(tzinfo=None), later.replace(tzinfo=None)])
        assert found.fetchall() == [(working_seconds(earlier, later, exceptions, zone),)]

    check()


def test_a_moment_the_calendar_does_not_reach_has_no_working_time(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    until = render("{{ working_seconds_until('moment', 'days') }}")
    days = "(select 5::bigint working_seconds_before, 9::bigint working_seconds, "
    assert engine.execute(
        f"select {until} from (select timestamp '2026-01-01' as moment) as moments "
        f"left join {days} timestamp '2026-01-01' opens_at) as days on moment < opens_at"
    ).fetchall() == [(None,)]


def outlasted_exactly(stays: list[Stay], share: Fraction) -> int | None:
    """Kaplan and Meier's time in fractions, without rounding."""
    outlasting = Fraction(1)
    for seconds in sorted({seconds for seconds, is_open in stays if not is_open}):
        left = sum(1 for length, _ in stays if length >= seconds)
        ended = sum(1 for length, is_open in stays if length == seconds and not is_open)
        outlasting *= Fraction(left - ended, left)
        if outlasting <= share:
            return seconds
    return None


def fitted(stays: list[Stay], share: float) -> int | None:
    """The same by lifelines, whose own rounding is given back: it may miss an exact half."""
    fitter = KaplanMeierFitter().fit(
        [seconds for seconds, _ in stays], [not is_open for _, is_open in stays]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = fitter.median_survival_time_ if share == 0.5 else fitter.percentile(share)
        rounded = fitter.percentile(share + 1e-9)
    if exact != rounded:
        assert abs(float(fitter.predict(rounded)) - share) < 1e-12
    return None if rounded == float("inf") else int(rounded)


lengths = st.one_of(st.integers(0, 6), st.integers(0, 10**7))
groups = st.lists(
    st.lists(st.tuples(lengths, st.booleans()), min_size=1, max_size=40), min_size=1, max_size=8
)


def test_quantiles_are_pandas_and_kaplan_meier_times_are_lifelines(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    query = render("select * from {{ duration_statistics('stays', 'stage') }} order by stage")
    engine.execute("create table stays (stage integer, seconds bigint, is_open boolean)")

    @settings(max_examples=60, deadline=None)
    @given(groups)
    @example([[(5, False)], [(5, True)], [(5, False), (5, True)], [(0, False)] * 3])
    @example([[(n, False) for n in range(1, 41)], [(n, n % 2 == 0) for n in range(40)]])
    @example([[(1, False), (2, True), (3, False), (3, True), (3, False)], [(7, True)] * 5])
    # two of six, then one of four: a half is left, which a sum of logarithms misses by its rounding
    @example([[(1, False), (1, False), (2, False), (3, False), (4, True), (4, True)]])
    def check(sample: list[list[Stay]]) -> None:
        engine.execute("delete from stays")
        engine.executemany(
            "insert into stays values (?, ?, ?)",
            [(place, *stay) for place, stays in enumerate(sample) for stay in stays],
        )
        rows = engine.execute(query).fetchall()
        names = [column[0] for column in engine.description or []]
        assert [row[0] for row in rows] == list(range(len(sample)))
        for stays, row in zip(sample, rows, strict=True):
            found = dict(zip(names, row, strict=True))
            over = pandas.Series([float(seconds) for seconds, is_open in stays if not is_open])
            assert found["finished"] == len(over)
            assert found["open"] == len(stays) - len(over)
            assert found["longest_seconds"] == max(seconds for seconds, _ in stays)
            expected = {
                "mean_seconds": over.mean(),
                "median_seconds": over.quantile(0.5),
                "p75_seconds": over.quantile(0.75),
                "p90_seconds": over.quantile(0.9),
                "max_seconds": over.max(),
            }
            for name, figure in expected.items():
                if len(over):
                    assert found[name] == pytest.approx(figure, rel=1e-9, abs=1e-9)
                else:
                    assert found[name] is None
            for name, share in [("median", Fraction(1, 2)), ("p90", Fraction(1, 10))]:
                time_reached = found[f"km_{name}_seconds"]
                assert time_reached == outlasted_exactly(stays, share)
                assert time_reached == fitted(stays, float(share))

    check()


class Visit(NamedTuple):
    """What the report reads of a stay."""

    deal_id: int
    stage_id: int
    dwell_seconds: int
    working_seconds: int
    is_open: bool
    is_unbroken: bool
    is_deleted: bool
    is_mass_change: bool
    is_mass_change_exit: bool
    is_sloppy: bool
    is_sloppy_exit: bool

    def counts(self, population: str) -> bool:
        is_mass = self.is_mass_change or self.is_mass_change_exit
        is_sloppy = self.is_sloppy or self.is_sloppy_exit
        return (
            self.is_unbroken
            and not (is_mass and population in ("without_mass", "norm"))
            and not (is_sloppy and population in ("without_sloppy", "norm"))
        )


def stays_of(
    visits: list[Visit], basis: str, clock: str, population: str
) -> tuple[list[Stay], int]:
    """The stays that a row of the report stands for, and how many it leaves out."""
    groups: dict[int, list[Visit]] = {}
    for number, visit in enumerate(visits):
        groups.setdefault(number if basis == "visit" else visit.deal_id, []).append(visit)
    counted = [group for group in groups.values() if all(v.counts(population) for v in group)]
    stays = [
        (
            sum(v.dwell_seconds if clock == "calendar" else v.working_seconds for v in group),
            any(v.is_open for v in group),
        )
        for group in counted
    ]
    return stays, len(groups) - len(counted)


rarely = st.integers(0, 9).map(lambda number: number == 0)
visits_of_deals = st.lists(
    st.builds(
        Visit,
        deal_id=st.integers(1, 6),
        stage_id=st.sampled_from([11, 12, 142]),
        dwell_seconds=st.integers(0, 9),
        working_seconds=st.integers(0, 4),
        is_open=st.booleans(),
        is_unbroken=rarely.map(lambda broken: not broken),
        is_deleted=rarely,
        is_mass_change=rarely,
        is_mass_change_exit=rarely,
        is_sloppy=rarely,
        is_sloppy_exit=rarely,
    ),
    max_size=25,
)


def test_every_series_of_the_report_is_of_its_stays(engine: duckdb.DuckDBPyConnection) -> None:
    types = {int: "bigint", bool: "boolean"}
    columns = ", ".join(f"{name} {types[kind]}" for name, kind in Visit.__annotations__.items())
    engine.execute(
        "create table fct_deal_stage_visits "
        f"(account_id bigint default 1, pipeline_id bigint default 1, {columns})"
    )
    engine.execute(
        "create table int_funnel__stages as select 1::bigint account_id, 1::bigint pipeline_id, "
        "unnest([11, 12, 142])::bigint stage_id, 'p' pipeline_name, 's' stage_name, "
        "1 stage_order, stage_id = 142 is_won, false is_lost"
    )
    fields = "stage_id, basis, clock, population, finished, open, left_out"
    query = (
        f"select {fields}, median_seconds, km_median_seconds, km_p90_seconds "
        f"from ({render_model('marts/funnel/rpt_stage_dwell.sql')})"
    )
    names = ", ".join(Visit._fields)
    places = ", ".join("?" for _ in Visit._fields)

    @settings(max_examples=15, deadline=None)
    @given(visits_of_deals)
    def check(visits: list[Visit]) -> None:
        engine.execute("delete from fct_deal_stage_visits")
        for visit in visits:
            engine.execute(f"insert into fct_deal_stage_visits ({names}) values ({places})", visit)
        rows = engine.execute(query).fetchall()
        live = [visit for visit in visits if not visit.is_deleted]
        assert len(rows) == 16 * len({visit.stage_id for visit in live} - {142})
        for stage_id, basis, clock, population, *figures in rows:
            here = [visit for visit in live if visit.stage_id == stage_id]
            stays, left_out = stays_of(here, basis, clock, population)
            over = [seconds for seconds, is_open in stays if not is_open]
            assert figures == [
                len(over),
                len(stays) - len(over),
                left_out,
                pandas.Series(over).median() if over else None,
                outlasted_exactly(stays, Fraction(1, 2)),
                outlasted_exactly(stays, Fraction(1, 10)),
            ]

    check()


def test_a_large_group_keeps_its_kaplan_meier_times(engine: duckdb.DuckDBPyConnection) -> None:
    engine.execute(
        "create table stays as select 1 as stage, (hash(range) % 100000)::bigint as seconds, "
        "hash(range * 7) % 4 = 0 as is_open from range(20000)"
    )
    query = render(
        "select km_median_seconds, km_p90_seconds from {{ duration_statistics('stays', 'stage') }}"
    )
    stays = [
        (int(seconds), bool(is_open))
        for seconds, is_open in engine.execute("select seconds, is_open from stays").fetchall()
    ]
    assert engine.execute(query).fetchall() == [(fitted(stays, 0.5), fitted(stays, 0.1))]
