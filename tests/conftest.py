"""Fixtures that several parts share."""

from collections.abc import Generator, Iterator

import pytest

from sandbox.model import CompanySpec
from tests.workplace import Workplace, workplace

SMALL = CompanySpec(seed=11, deals=300, months=4)


@pytest.hookimpl(wrapper=True)  # around xdist's own hook of that name, which reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Tests of one file run in one process, and so do all files that need the finished company.

    It takes over a minute to make: with these groups, which ``make test`` distributes, it is made
    once for all processes.
    """
    shared = {item.path for item in items if "finished" in getattr(item, "fixturenames", ())}
    for item in items:
        group = "finished" if item.path in shared else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
    yield


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A small company after one daily run; tests may run it again but never change its data."""
    with workplace(tmp_path_factory.mktemp("finished"), SMALL) as place:
        place.run("daily")
        yield place
