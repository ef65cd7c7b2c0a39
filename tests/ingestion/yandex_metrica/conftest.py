"""A fresh small company with hand-made visits for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.sources import yandex_metrica
from sandbox.running import Services, serve
from tests.ingestion.yandex_metrica.site import logs, small_visits
from tests.sandbox.small import small_company


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there
    # a round the less in every test; what the first round is small for has a test of its own
    monkeypatch.setattr(yandex_metrica, "FIRST_DAYS", 400)
    with serve(small_company(), feeds=("yandex_metrica",)) as running:
        logs(running).visits[:] = small_visits()
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running
