"""Runs of one account's extraction over real HTTP without a warehouse: rows and kept states.

A warehouse takes most of a second a run; what is said once, twice or not at all can be seen here.
"""

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from ingestion.sources.amocrm.resources import Extraction
from sandbox.simulation.crm_model import Crm
from tests.ingestion.amocrm.conftest import MakeStand, Stand
from tests.sandbox.small_records import company_with_records

Rows = dict[str, list[dict[str, Any]]]


class Reading:
    """Runs one after another; a run that fails leaves the states as they were."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.states: dict[str, dict[str, Any]] = {}

    @property
    def crm(self) -> Crm:
        assert self.stand.company.crm is not None
        return self.stand.company.crm

    def run(self, *tables: str, at: datetime | None = None) -> Rows:
        """The rows of these tables, read in this order; ``at`` is our moment and the service's."""
        before = copy.deepcopy(self.states)
        stand = self.stand
        if at is not None:
            stand, stand.faults.now = stand.at(at), int(at.timestamp())
        extraction = Extraction(stand.settings, stand.client(), self._state)
        try:
            return {name: list(_rows(getattr(extraction, name)())) for name in tables}
        except Exception:
            self.states = before
            raise

    def _state(self, table: str) -> dict[str, Any]:
        return self.states.setdefault(table, {})


def _rows(pages: Iterator[Any]) -> Iterator[dict[str, Any]]:
    for page in pages:
        yield from page.to_pylist() if isinstance(page, pa.Table) else page


@pytest.fixture
def reading(make_stand: MakeStand) -> Reading:
    return Reading(make_stand(company_with_records()))


def refuse_as_amocrm_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planned 403 comes from amoCRM itself (too few rights), not as the proxy's page (a ban)."""
    monkeypatch.setattr("sandbox.servers.replies._PROXY_PAGES", frozenset({502, 503, 504}))
