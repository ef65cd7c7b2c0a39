"""A pair of hand-made cabinets, served once a file and as new for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.faults import Faults
from sandbox.running import Services, serve
from sandbox.servers.vk_ads import VkSwitches
from tests.ingestion.vk_ads.cabinet import SwiftClock, hand_made, switches
from tests.sandbox.small import small_company


@pytest.fixture(scope="module")
def served() -> Iterator[Services]:
    with serve(small_company(), feeds=["vk_ads"]) as running:
        yield running


@pytest.fixture
def services(served: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there
    state = served.app("vk_ads").state
    state.cabinets[:] = hand_made()
    state.access.forget()
    state.calls.clear()
    state.traffic.log.clear()
    vars(switches(served)).update(vars(VkSwitches()))
    served.faults._failures = Faults()._failures
    for name, value in served.environment().items():
        monkeypatch.setenv(name, value)
    agency = state.access.credentials("agency")
    monkeypatch.setenv("SOURCES__VK_ADS__CLIENT__CLIENT_ID", agency.client_id)
    monkeypatch.setenv("SOURCES__VK_ADS__CLIENT__CLIENT_SECRET", agency.client_secret)
    return served


@pytest.fixture
def clock() -> SwiftClock:
    return SwiftClock()
