"""Loads in rounds: each is committed on its own, and a crash repeats one of them at most."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pytest
from dlt.extract import DltSource

from ingestion import rounds
from ingestion.errors import ServiceUnavailableError
from ingestion.pipeline import load_source
from ingestion.registry import SourceSpec
from ingestion.sections import SourceSection
from ingestion.settings import Settings, check_company_config

WINDOWS = 5


class Counted:
    """A source of five windows that remembers what it was asked, and fails where told to."""

    def __init__(self, fail_at: int | None = None) -> None:
        self.fail_at = fail_at
        self.windows: list[int] = []
        self.dictionaries = 0

    def build(self, _: Settings) -> DltSource:
        def numbers() -> Iterator[Any]:
            state = dlt.current.resource_state()
            window = state.get("window", 0)
            self.windows.append(window)
            yield [{"id": window * 10 + i} for i in range(3)]
            if window == self.fail_at:
                raise ServiceUnavailableError("counted: gone")
            state["window"] = window + 1
            rounds.unfinished(state, window + 1 < WINDOWS)

        def names() -> Iterator[Any]:
            self.dictionaries += 1
            yield [{"name": "a"}]

        def resources() -> Any:
            return [
                dlt.resource(numbers, name="numbers", primary_key="id", write_disposition="merge"),
                dlt.resource(names, name="names", write_disposition="replace"),
            ]

        source: DltSource = dlt.source(resources, name="counted")()
        return source


def spec(build: Callable[[Settings], DltSource]) -> SourceSpec:
    return SourceSpec(
        *("counted", "Counted", "Счёт", SourceSection, frozenset[Any]()), build, lambda _: []
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        tmp_path, tmp_path / "company.toml", check_company_config({"company": {"name": "X"}})
    )


def ids(settings: Settings) -> list[int]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        rows = connection.execute("select id from raw_counted.numbers order by 1").fetchall()
    return [row[0] for row in rows]


ALL = [window * 10 + i for window in range(WINDOWS) for i in range(3)]


def test_a_long_load_goes_on_until_nothing_is_left(settings: Settings) -> None:
    source = Counted()
    loaded = load_source(spec(source.build), settings)
    assert ids(settings) == ALL
    assert source.windows == [0, 1, 2, 3, 4]
    assert source.dictionaries == 1  # what is whole is not asked for in every round
    assert (loaded.rounds, loaded.rows["numbers"], len(loaded.load_ids)) == (5, 15, 5)


def test_a_crash_repeats_one_window(settings: Settings) -> None:
    broken = Counted(fail_at=3)
    with pytest.raises(Exception, match="counted: gone"):
        load_source(spec(broken.build), settings)
    assert ids(settings) == ALL[:9]
    whole = Counted()
    load_source(spec(whole.build), settings)
    assert whole.windows == [3, 4]
    assert ids(settings) == ALL


def test_the_next_load_asks_for_what_is_new_only(settings: Settings) -> None:
    load_source(spec(Counted().build), settings)
    again = Counted()
    load_source(spec(again.build), settings)
    assert again.windows == [5]


def test_the_warehouse_is_held_only_for_state_and_loads(settings: Settings) -> None:
    class Hold:
        count = 0
        is_held = False

        def __enter__(self) -> None:
            assert not self.is_held
            self.is_held = True
            self.count += 1

        def __exit__(self, *_: object) -> None:
            self.is_held = False

    hold = Hold()
    source = Counted()

    def build(asked: Settings) -> DltSource:
        assert not hold.is_held
        return source.build(asked)

    load_source(spec(build), settings, hold)
    assert hold.count == 1 + WINDOWS
