"""A served Tochka for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.running import Services, serve
from sandbox.servers.tochka import TochkaFaults
from tests.ingestion.bank_company import company


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there
    with serve(company(), feeds=("tochka",)) as running:
        monkeypatch.setenv("SOURCES__TOCHKA__TOKEN", running.app("tochka").state.token)
        yield running


@pytest.fixture
def faults(services: Services) -> TochkaFaults:
    return services.faults.of(TochkaFaults)
