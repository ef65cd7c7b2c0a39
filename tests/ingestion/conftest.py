"""Fixtures of the HTTP tests."""

from collections.abc import Iterator

import pytest

from tests.ingestion.scripted import FakeClock, Script, scripted


@pytest.fixture
def script() -> Iterator[Script]:
    with scripted() as server:
        yield server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
