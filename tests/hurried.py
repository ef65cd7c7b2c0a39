"""``skvoz`` without amoCRM's throttle, which has tests of its own: here everybody would only wait.

Nor does Dagster make a database engine for each of its some thousand events: one a file is enough.
With ``SKVOZ_TESTS_LEAN`` the models are built without their data tests, which others run.
With ``SKVOZ_TESTS_WAREHOUSE`` dbt is told that path of the warehouse, the same for every workplace.

python -m tests.hurried run daily
"""

import os
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster_dbt import DbtProject

from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.settings import Settings
from ingestion.sources.amocrm import client
from ingestion.sources.amocrm.pace import Pace
from orchestration import dbt_project, resources
from orchestration.assets import models
from orchestration.cli import main

LEAN = "SKVOZ_TESTS_LEAN"
ONE_PATH = "SKVOZ_TESTS_WAREHOUSE"
CALLS_PER_SECOND = 1000  # more than the local server answers


def _hurried(_settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Pace:
    return Pace(CALLS_PER_SECOND, clock)


def _by_one_path(settings: Settings) -> DbtProject:
    made = _project(settings)
    os.environ["SKVOZ_WAREHOUSE"] = os.environ.get(ONE_PATH) or os.environ["SKVOZ_WAREHOUSE"]
    return made


_project = dbt_project.project


class _Engines(dict[str, sqlalchemy.Engine]):
    """Makes the engine of an address once, and keeps a connection open beside those asked for.

    Closing the last connection of a file writes its log back to it, which takes a millisecond.
    """

    def __init__(self) -> None:
        self._kept: list[Any] = []

    def __call__(self, address: str, **options: Any) -> sqlalchemy.Engine:
        if address not in self:
            self[address] = sqlalchemy.create_engine(address, **options)
            self._kept.append(self[address].raw_connection())
        return self[address]


if __name__ == "__main__":
    sqlite_event_log.create_engine = _Engines()
    client.make_pace = _hurried
    for module in (dbt_project, models, resources):
        module.project = _by_one_path
    if os.environ.get(LEAN):
        models.BUILD = (*models.BUILD, "--exclude-resource-type", "test")
        models.TESTS_ARE_CHECKS = False
    main()
