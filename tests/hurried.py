"""``skvoz`` without amoCRM's throttle, which has tests of its own: here everybody would only wait.

With ``SKVOZ_TESTS_LEAN`` the models are built without their data tests, which others run.

python -m tests.hurried run daily
"""

import os

from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.settings import Settings
from ingestion.sources.amocrm import client
from ingestion.sources.amocrm.pace import Pace
from orchestration.assets import models
from orchestration.cli import main

LEAN = "SKVOZ_TESTS_LEAN"
CALLS_PER_SECOND = 1000  # more than the local server answers


def _hurried(_settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Pace:
    return Pace(CALLS_PER_SECOND, clock)


if __name__ == "__main__":
    client.make_pace = _hurried
    if os.environ.get(LEAN):
        models.BUILD = (*models.BUILD, "--exclude-resource-type", "test")
    main()
