"""Fixtures that several parts share."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from sandbox.model import CompanySpec
from tests.workplace import Workplace, workplace

SMALL = CompanySpec(seed=11, deals=300, months=4)


class _ByFile(LoadFileScheduling):
    """Tests of one file run in one process, and so do all files that need the finished company.

    It takes over a minute to make: this way it is made once for all processes.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "finished" if _needs_finished(self.config.rootpath / file) else file


@cache
def _needs_finished(file: Path) -> bool:
    return "finished: Workplace" in file.read_text(encoding="utf-8")


@pytest.hookimpl(optionalhook=True)  # there is none without xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    return _ByFile(config, log)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A small company after one daily run; tests may run it again but never change its data."""
    with workplace(tmp_path_factory.mktemp("finished"), SMALL) as place:
        place.run("daily")
        yield place
