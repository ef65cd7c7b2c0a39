"""A fresh small company's cabinet for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.running import Services, serve
from tests.sandbox.small import small_company


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there
    with serve(small_company()) as running:
        monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", running.direct_token)
        yield running
