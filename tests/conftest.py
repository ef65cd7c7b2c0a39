"""Fixtures that several parts share."""

from collections.abc import Iterator

import pytest

from sandbox.model import CompanySpec
from tests.workplace import Workplace, workplace

SMALL = CompanySpec(seed=11, deals=300, months=4)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A small company after one daily run; tests may run it again but never change its data."""
    with workplace(tmp_path_factory.mktemp("finished"), SMALL) as place:
        place.run("daily")
        yield place
