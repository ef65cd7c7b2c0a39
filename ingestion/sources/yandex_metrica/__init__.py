"""Yandex Metrica: visits through the Logs API, only what attribution needs of them."""

import contextlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource

from ingestion import rounds
from ingestion.columns import CONTRACT
from ingestion.days import (
    DAY,
    DayCursor,
    Window,
    malformed_records,
    months_back,
    silent_days,
    unknown_values,
)
from ingestion.errors import ConfigError
from ingestion.guards import VolumeGuard
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.yandex_metrica.client import MetricaClient
from ingestion.sources.yandex_metrica.config import YandexMetricaSection
from ingestion.sources.yandex_metrica.doctor import doctor
from ingestion.sources.yandex_metrica.logs import LogFiles
from ingestion.sources.yandex_metrica.settings import KNOWN_SOURCES, NAME, SETTLING_DAYS, columns
from ingestion.sources.yandex_metrica.visits import Asked, VisitReader

# about 800 MB of DuckDB's memory, measured (benchmarks/metrica_day.py)
ROUND_VISITS = 1_000_000
FIRST_DAYS = 7  # of a counter that nobody knows yet

PROBLEMS = "\nunion all\n".join(
    [
        malformed_records("raw_yandex_metrica.visits", "visited_on"),
        unknown_values("raw_yandex_metrica.visits", "traffic_source", KNOWN_SOURCES),
        silent_days("raw_yandex_metrica.visits", "visited_on", ("counter_id",)),
    ]
)


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> DltSource:
    """One table, visits, which whole (counter, day) partitions replace."""
    section = settings.section(YandexMetricaSection)

    def visits() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()
        if not section.counters:
            raise ConfigError(
                "yandex_metrica: no counter is named; put its number into "
                'sources.yandex_metrica.counters in company.toml, e.g. counters = ["12345678"]'
            )
        # committed together with the rows: an interrupted load asks for the same days again
        state = dlt.current.resource_state()
        with contextlib.closing(MetricaClient(section, clock)) as client:
            zones = {counter: client.zone(counter) for counter in section.counters}
            # a day that is over for every counter: the service has no logs of an unfinished one
            last = min(settings.now().astimezone(zone).date() for zone in zones.values()) - DAY
            start = min(last, months_back(last, section.history_months))
            window = Window(last, start, section.lookback_days, section.days_per_round)
            cursor = DayCursor(state, window)
            guard = VolumeGuard(NAME, "visits", state, settings)
            for counter, zone in zones.items():
                span = cursor.span(counter, _bearable_days(state, counter))
                if span is None:
                    continue
                settled_before = last + DAY - SETTLING_DAYS * DAY
                asked = Asked(counter, span, zone, settled_before, settings.now())
                reader = VisitReader(asked)
                with contextlib.closing(files_of(client, asked)) as paths:
                    for path in paths:
                        yield from reader.tables(path)
                yield reader.rest()
                guard.check_days(counter, reader.counts, settled_before)
                busiest: dict[str, int] = state.setdefault("busiest", {})
                busiest[counter] = max(busiest.get(counter, 0), *reader.counts.values())
                cursor.done(counter, span)
        rounds.unfinished(state, cursor.close())

    def files_of(client: MetricaClient, asked: Asked) -> Generator[Path, None, None]:
        folder = settings.data_dir / "tmp" / NAME / asked.counter
        limit = section.time_limit_minutes * 60
        files = LogFiles(client, folder, asked.provisional_from, section.poll_seconds, limit, clock)
        return files.of(asked.counter, asked.span)

    def resources() -> list[DltResource]:
        return [
            dlt.resource(
                visits,
                name="visits",
                write_disposition="merge",
                merge_key=["counter_id", "visited_on"],
                columns=columns(),
                schema_contract=CONTRACT,
            )
        ]

    source: DltSource = dlt.source(resources, name=NAME, max_table_nesting=0)()
    return source


def _bearable_days(state: dict[str, Any], counter: str) -> int:
    """How many days of this counter one round takes: few where there are many visits.

    Reading is done in blocks, but the warehouse holds what one round inserts until it is committed.
    """
    busiest: int | None = state.get("busiest", {}).get(counter)
    return FIRST_DAYS if busiest is None else max(1, ROUND_VISITS // max(1, busiest))


SOURCE = SourceSpec(
    name=NAME,
    title="Yandex Metrica",
    title_ru="Яндекс Метрика",
    section=YandexMetricaSection,
    brings=frozenset({"visits"}),
    build=build,
    doctor=doctor,
    problems=PROBLEMS,
)
