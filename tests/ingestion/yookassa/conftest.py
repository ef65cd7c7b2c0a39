"""A served YooKassa with a shop small enough to check by eye, for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.running import Services, serve
from sandbox.servers.yookassa import YookassaFaults
from tests.ingestion.bank_company import company
from tests.ingestion.yookassa.shop import fill


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there
    with serve(company(), feeds=("yookassa",)) as running:
        monkeypatch.setenv("SOURCES__YOOKASSA__SECRET_KEY", running.app("yookassa").state.key)
        fill(running)
        yield running


@pytest.fixture
def faults(services: Services) -> YookassaFaults:
    return services.faults.of(YookassaFaults)
