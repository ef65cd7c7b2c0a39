"""Sources load side by side; a slow or a dead one holds up nobody."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.errors import ServiceUnavailableError
from ingestion.pipeline import Loaded
from ingestion.registry import SourceSpec
from ingestion.settings import Settings, check_company_config
from orchestration import loading
from orchestration.load_log import last_failure
from orchestration.loading import SideBySide, TooSlowError, Turn

Work = Callable[[Turn], Loaded]
WAIT = 10  # seconds that no test waits unless it fails


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    sources = {
        "amocrm": {"enabled": True, "base_url": "http://127.0.0.1:1", "time_limit_minutes": 1},
        "yandex_direct": {"enabled": True},
        "bank_1c": {"enabled": True},
    }
    config = check_company_config({"company": {"name": "X"}, "sources": sources})
    return Settings(tmp_path, tmp_path / "company.toml", config)


@pytest.fixture
def side_by_side(settings: Settings) -> Iterator[Callable[..., SideBySide]]:
    made = []

    def make(**work: Work) -> SideBySide:
        def load(spec: SourceSpec, _: Settings, turn: Turn) -> Loaded:
            return work[spec.name](turn)

        made.append(SideBySide(settings, load))
        return made[-1]

    yield make
    for loads in made:
        loads.abandon()


def failure(settings: Settings, source: str) -> str | None:
    with duckdb.connect(str(settings.warehouse_path)) as warehouse:
        return last_failure(warehouse, source)


def test_extraction_goes_side_by_side(side_by_side: Callable[..., SideBySide]) -> None:
    together = threading.Barrier(3, timeout=WAIT)

    def meet(_: Turn) -> Loaded:
        together.wait()  # passes only when all three are here at once
        return Loaded(rounds=1)

    names = ("amocrm", "yandex_direct", "bank_1c")
    loads = side_by_side(**dict.fromkeys(names, meet))
    loads.start(names)
    assert [loads.result(name).rounds for name in names] == [1, 1, 1]


def test_turns_in_the_warehouse_do_not_overlap(side_by_side: Callable[..., SideBySide]) -> None:
    inside: list[str] = []
    most: list[int] = []

    def write(turn: Turn) -> Loaded:
        for _ in range(20):
            with turn:
                inside.append("x")
                most.append(len(inside))
                inside.pop()
        return Loaded()

    names = ("amocrm", "yandex_direct", "bank_1c")
    loads = side_by_side(**dict.fromkeys(names, write))
    loads.start(names)
    for name in names:
        loads.result(name)
    assert max(most) == 1


def test_a_dead_source_fails_alone_and_is_on_record(
    side_by_side: Callable[..., SideBySide], settings: Settings
) -> None:
    def die(_: Turn) -> Loaded:
        raise ServiceUnavailableError("amoCRM: gave no usable answer")

    loads = side_by_side(amocrm=die, bank_1c=lambda _: Loaded(rounds=1))
    loads.start(["amocrm", "bank_1c"])
    with pytest.raises(ServiceUnavailableError):
        loads.result("amocrm")
    assert loads.result("bank_1c").rounds == 1
    assert failure(settings, "amocrm") == "amoCRM: gave no usable answer"
    assert failure(settings, "bank_1c") is None
    assert failure(settings, "never_loaded") is None


def test_a_load_that_was_cut_short_is_on_record(
    side_by_side: Callable[..., SideBySide], settings: Settings
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hang(_: Turn) -> Loaded:
        begun.set()
        go_on.wait(WAIT)
        return Loaded()

    side_by_side(amocrm=hang).start(["amocrm"])
    assert begun.wait(WAIT)
    # what a killed process would leave
    assert "the run ended before this load did" in str(failure(settings, "amocrm"))
    go_on.set()


def test_asked_again_after_a_failure_it_loads_again(
    side_by_side: Callable[..., SideBySide], settings: Settings
) -> None:
    answers = [None, Loaded(rounds=2)]

    def recover(_: Turn) -> Loaded:
        answer = answers.pop(0)
        if answer is None:
            raise ServiceUnavailableError("not yet")
        return answer

    loads = side_by_side(amocrm=recover)
    with pytest.raises(ServiceUnavailableError):
        loads.result("amocrm")
    assert loads.result("amocrm").rounds == 2
    assert failure(settings, "amocrm") is None


def test_a_load_that_was_waited_for_is_not_begun_by_the_next_step(
    side_by_side: Callable[..., SideBySide],
) -> None:
    begun: list[str] = []

    def count(_: Turn) -> Loaded:
        begun.append("x")
        return Loaded()

    loads = side_by_side(amocrm=count, bank_1c=count)
    for name in ("amocrm", "bank_1c"):
        loads.start(["amocrm", "bank_1c"])
        loads.result(name)
    assert len(begun) == 2


def test_a_source_past_its_limit_is_left_behind_and_writes_no_more(
    side_by_side: Callable[..., SideBySide], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading.SideBySide, "_limit", lambda self, name: 0.01)
    go_on, ended = threading.Event(), threading.Event()
    wrote: list[str] = []

    def slow(turn: Turn) -> Loaded:
        go_on.wait(WAIT)
        try:
            with turn:
                wrote.append("late")
        finally:
            ended.set()
        return Loaded()

    loads = side_by_side(amocrm=slow)
    with pytest.raises(TooSlowError, match=r"time_limit_minutes in \[sources.amocrm\]"):
        loads.result("amocrm")
    go_on.set()
    assert ended.wait(WAIT)
    assert wrote == []
    assert "time_limit_minutes" in str(failure(settings, "amocrm"))


def test_the_limit_is_the_sources_own(settings: Settings) -> None:
    loads = SideBySide(settings)
    assert loads._limit("amocrm") == 60
    assert loads._limit("bank_1c") is None  # a folder keeps nobody waiting
