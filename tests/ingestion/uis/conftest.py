"""A fresh small company with a hand-made journal for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.running import Services, serve
from tests.ingestion.uis.journal import contacts, small_journal
from tests.sandbox.small import small_company


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.chdir(Path(__file__).parents[3])  # dlt reads .dlt/config.toml from there
    with serve(small_company(), feeds=("uis",)) as running:
        contacts(running)[:] = small_journal()
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running
