"""A served bank for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.model import Company, CompanySpec
from sandbox.running import Services, serve
from sandbox.servers.currency_rates import RatesFaults


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there
    company = Company(CompanySpec(months=3), "ООО «Малая»", "7700000000", [])
    with serve(company, feeds=("currency_rates",)) as running:
        yield running


@pytest.fixture
def faults(services: Services) -> RatesFaults:
    return services.faults.of(RatesFaults)
