"""A served T-Bank for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.running import Services, serve
from sandbox.servers.tbank import TbankFaults
from tests.ingestion.bank_company import company


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there
    with serve(company(), feeds=("tbank",)) as running:
        monkeypatch.setenv("SOURCES__TBANK__TOKEN", running.app("tbank").state.token)
        yield running


@pytest.fixture
def faults(services: Services) -> TbankFaults:
    return services.faults.of(TbankFaults)
