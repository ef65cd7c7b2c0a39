"""From a served counter through dlt into a real DuckDB file, once and again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import ConfigError, SourceFormatError
from ingestion.guards import VolumeDropError
from ingestion.sources import yandex_metrica
from ingestion.sources.yandex_metrica.visits import VisitReader
from sandbox.running import Services
from tests.ingestion.uis.test_load import cause
from tests.ingestion.yandex_metrica.site import (
    AS_OF,
    DAYS,
    EVERYTHING,
    LARGE,
    VISITS,
    load,
    logs,
    query,
    settings_for,
    switches,
    visit,
)

YESTERDAY = date(2026, 10, 30)
FOUR = [(str(LARGE),), ("102",), ("103",), ("104",)]
PROBLEMS = (
    f"select kind, subject, rows, detail from ({yandex_metrica.SOURCE.problems}) order by all"
)


def test_first_load_is_the_truth_with_a_row_for_every_day(
    services: Services, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, VISITS) == FOUR  # today is not given out
    assert query(settings, DAYS) == [(30, date(2026, 10, 1), YESTERDAY)]
    rows = query(settings, "select * exclude (requested_at) from visits where not is_empty_day")
    click = ("yandex", "cpc", "700001", "", "")
    url = "https://small.example/?utm_source=yandex&yclid=123456789012345678"
    assert sorted(rows, key=lambda row: str(row[2])) == [
        ("31337042", date(2026, 10, 25), datetime(2026, 10, 25, 7, 0, tzinfo=UTC), str(LARGE),
         str(LARGE - 7), "ad", "700001", *click, "[3100001,3100002]", url, "",
         False, False, None, None),
        ("31337042", date(2026, 10, 25), datetime(2026, 10, 25, 20, 59, 59, tzinfo=UTC), "102",
         str(LARGE - 7), "organic", "0", "", "", "", "", "", "[]", url, "",
         False, False, None, None),
        # midnight in Moscow is still yesterday in Greenwich; the day is the counter's
        ("31337042", date(2026, 10, 29), datetime(2026, 10, 28, 21, 0, tzinfo=UTC), "103",
         str(LARGE - 7), "ad", "700001", *click, "[]", url, "", True, False, None, None),
        ("31337042", date(2026, 10, 30), datetime(2026, 10, 30, 15, 30, tzinfo=UTC), "104",
         str(LARGE - 7), "ad", "700001", *click, "[]", "a\nb", "https://yandex.ru/\t'ё'\\",
         True, False, None, None),
    ]  # fmt: skip
    assert list((tmp_path / "tmp").rglob("*.tsv")) == []
    assert {asked.status for asked in logs(services).requests.values()} == {"cleaned_by_user"}


def test_second_run_changes_nothing_and_asks_for_the_lookback_only(
    services: Services, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    before = query(settings, EVERYTHING)
    load(settings)
    assert query(settings, EVERYTHING) == before
    assert [(asked.first, asked.last) for asked in logs(services).requests.values()] == [
        (date(2026, 10, 1), YESTERDAY),
        (date(2026, 10, 27), YESTERDAY),
    ]


def test_visits_that_settle_replace_whole_days(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    visits = logs(services).visits
    visits[2].goals = [3100003]  # the visit went on
    del visits[3]  # and this one was a robot
    load(settings)
    goals = "select visit_id, goals_id from visits where visited_on >= '2026-10-29'"
    assert query(settings, goals) == [("103", "[3100003]"), (None, None)]
    assert query(settings, DAYS) == [(30, date(2026, 10, 1), YESTERDAY)]


def test_a_settled_day_that_lost_its_visits_stops_the_load(
    services: Services, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path, lookback_days=10)
    load(settings)
    del logs(services).visits[0:2]
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings)
    assert "for 2026-10-25" in cause(failed.value, VolumeDropError)
    assert query(settings, VISITS) == FOUR
    load(replace(settings, accept_less=frozenset({"yandex_metrica"})))
    assert query(settings, VISITS) == FOUR[2:]


def test_days_come_when_they_are_over(services: Services, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path)
    load(settings)
    logs(services).now = AS_OF + timedelta(hours=2)  # an hour past midnight in Moscow
    load(settings, as_of=AS_OF + timedelta(hours=2))
    assert query(settings, VISITS) == [*FOUR, ("105",)]
    assert query(settings, DAYS) == [(31, date(2026, 10, 1), date(2026, 10, 31))]


def test_the_counters_zone_decides(services: Services, tmp_path: Path) -> None:
    switches(services).timezone = "Asia/Vladivostok"  # where it is the first of November
    settings = settings_for(services, tmp_path)
    load(settings)
    first = "select visited_on, visited_at from visits where visit_id = '102'"
    assert query(settings, first) == [
        (date(2026, 10, 26), datetime(2026, 10, 25, 20, 59, 59, tzinfo=UTC))
    ]
    assert query(settings, DAYS) == [(31, date(2026, 10, 1), date(2026, 10, 31))]


def test_a_long_history_comes_in_rounds_newest_first(services: Services, tmp_path: Path) -> None:
    logs(services).visits.append(visit(90, "2026-07-02 10:00"))
    settings = settings_for(services, tmp_path, history_months=4, days_per_round=50)
    assert load(settings).rounds == 4
    assert query(settings, DAYS) == [(152, date(2026, 6, 1), YESTERDAY)]
    assert query(settings, VISITS)[0] == ("90",)
    firsts = [asked.first for asked in logs(services).requests.values()]
    assert firsts == sorted(firsts, reverse=True)


def test_a_round_takes_few_days_where_there_are_many_visits(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs(services).visits += [visit(300 + n, "2026-10-29 12:00") for n in range(9)]
    monkeypatch.setattr(yandex_metrica, "FIRST_DAYS", 4)
    monkeypatch.setattr(yandex_metrica, "ROUND_VISITS", 100)
    settings = settings_for(services, tmp_path)
    load(settings)
    spans = [(asked.first.day, asked.last.day) for asked in logs(services).requests.values()]
    # ten visits on the busiest day known, so ten days at most
    assert spans == [(27, 30), (17, 26), (7, 16), (1, 6)]
    assert len(query(settings, VISITS)) == 13
    load(settings)
    assert query(settings, DAYS) == [(30, date(2026, 10, 1), YESTERDAY)]


def test_a_span_that_is_too_long_is_asked_for_in_parts(services: Services, tmp_path: Path) -> None:
    switches(services).max_days = 12
    settings = settings_for(services, tmp_path)
    assert load(settings).rounds == 1
    assert query(settings, VISITS) == FOUR
    spans = [(asked.first.day, asked.last.day) for asked in logs(services).requests.values()]
    assert spans == [(1, 12), (13, 24), (25, 30)]
    assert logs(services).kept == 0


def test_parts_that_overlap_give_every_visit_once(services: Services, tmp_path: Path) -> None:
    switches(services).part_rows = 1
    switches(services).repeat_first_row = True
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, VISITS) == FOUR


def test_a_killed_run_is_resumed_and_leaves_nothing_behind(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs(services).visits.append(visit(90, "2026-07-02 10:00"))
    switches(services).part_rows = 1
    settings = settings_for(services, tmp_path, history_months=4, days_per_round=60)

    def die_in_july(reader: VisitReader, path: Path) -> Iterator[Any]:
        if reader._asked.span[0].month == 7:
            (tmp_path / "tmp/yandex_metrica/31337042/torn.tsv").write_text("half a line")
            raise KeyboardInterrupt
        return tables(reader, path)

    tables = VisitReader.tables
    with monkeypatch.context() as patch:
        patch.setattr(VisitReader, "tables", die_in_july)
        # killed for good: nobody cleans the request either
        switches(services).refuse_clean = True
        with pytest.raises((PipelineStepFailed, KeyboardInterrupt)):
            load(settings)
    switches(services).refuse_clean = False
    assert logs(services).kept > 0
    load(settings)
    assert logs(services).kept == 0
    assert list((tmp_path / "tmp").rglob("*.tsv")) == []
    whole = settings_for(services, tmp_path / "whole", history_months=4)
    load(whole)
    assert query(settings, EVERYTHING) == query(whole, EVERYTHING)


def test_broken_lines_are_set_aside_and_many_stop_the_load(
    services: Services, tmp_path: Path
) -> None:
    broken = switches(services).broken_lines
    broken[1] = "2026-10-25 10:00:00\tонли\tтри"
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, VISITS)[0:] == [*FOUR[1:], (None,)]
    assert query(settings, PROBLEMS) == [
        ("malformed_record", "visits 2026-10-25", 1, "3 columns instead of 13")
    ]
    broken[2] = "\t".join(["вчера", "102", *[""] * 11])
    broken[3] = "\t".join(["2026-10-25 10:00:00", "x", *[""] * 11])
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path / "other"))
    assert "3 of 4 records" in cause(failed.value, SourceFormatError)
    broken.clear()
    switches(services).other_columns = True
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path / "third"))
    assert "other columns" in cause(failed.value, SourceFormatError)
    assert logs(services).kept == 0  # cleaned after failures too


def test_an_empty_counter_leaves_empty_days(services: Services, tmp_path: Path) -> None:
    logs(services).visits.clear()
    settings = settings_for(services, tmp_path)
    load(settings)
    assert query(settings, "select count(*), bool_and(is_empty_day) from visits") == [(30, True)]
    assert query(settings, PROBLEMS) == []


def test_unknown_values_and_silent_days_are_reported(services: Services, tmp_path: Path) -> None:
    visits = logs(services).visits
    visits[1].source = "telepathy"
    for week in (1, 2, 3):
        day = date(2026, 10, 26) - timedelta(weeks=week)
        visits += [visit(400 + 10 * week + n, f"{day} 1{n}:00") for n in range(4)]
    settings = settings_for(services, tmp_path)
    load(settings)
    found = [row[:3] for row in query(settings, PROBLEMS)]
    assert found == [
        ("silent_day", "visits 31337042 2026-10-26", 0),
        ("unknown_value", "visits.traffic_source = telepathy", 1),
    ]


def test_no_counter_is_said_in_words(services: Services, tmp_path: Path) -> None:
    with pytest.raises(PipelineStepFailed) as failed:
        load(settings_for(services, tmp_path, counters=[]))
    assert "sources.yandex_metrica.counters" in cause(failed.value, ConfigError)


def test_building_needs_neither_secret_nor_network(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCES__YANDEX_METRICA__TOKEN")
    source = yandex_metrica.build(settings_for(services, tmp_path))
    assert list(source.resources) == ["visits"]
    assert not services.requests
