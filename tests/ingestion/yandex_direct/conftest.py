"""A fresh small company's cabinet for every test, all behind one listening server."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.settings import Settings
from sandbox.faults import Faults
from sandbox.running import Services, serve
from sandbox.servers.yandex_direct import create_app
from tests.ingestion.yandex_direct.cabinet import load, settings_for
from tests.sandbox.small import small_company

NAME = "yandex_direct"
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def listening() -> Iterator[Services]:
    with serve(small_company(), feeds=(NAME,)) as running:
        yield running


def fresh(listening: Services, patch: pytest.MonkeyPatch) -> Services:
    """Another company behind the same address: starting a server takes longer than most tests."""
    patch.chdir(ROOT)  # dlt reads .dlt/config.toml from there
    company, faults = small_company(), Faults()
    app = create_app(company, faults)
    listening.app(NAME).middleware_stack = app.build_middleware_stack()
    running = replace(listening, company=company, faults=faults, apps={NAME: app})
    patch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", running.direct_token)
    return running


@pytest.fixture
def services(listening: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    return fresh(listening, monkeypatch)


@pytest.fixture(scope="session")
def first_load(listening: Services, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse after one load of the small company."""
    with pytest.MonkeyPatch.context() as patch:
        settings = settings_for(fresh(listening, patch), tmp_path_factory.mktemp("direct"))
        load(settings)
    return settings.warehouse_path


@pytest.fixture
def loaded(first_load: Path, services: Services, tmp_path: Path) -> Settings:
    """Settings of a test whose first load is done."""
    settings = settings_for(services, tmp_path)
    shutil.copy(first_load, settings.warehouse_path)
    return settings
