"""amoCRM (Kommo) API v4: deals, their people, stages, history and tasks; see README.md."""

import dlt
from dlt.extract import DltResource, DltSource

from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.amocrm.client import AmocrmClient
from ingestion.sources.amocrm.doctor import doctor
from ingestion.sources.amocrm.resources import build_resources


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> DltSource:
    """All resources of one account over one client, so that one throttle holds for all of them."""
    client = AmocrmClient(settings, clock)

    def amocrm() -> list[DltResource]:
        return build_resources(settings, client)

    source: DltSource = dlt.source(amocrm, name="amocrm")()
    return source


SOURCE = SourceSpec(
    name="amocrm",
    title="amoCRM",
    title_ru="amoCRM",
    build=build,
    doctor=doctor,
    cadence="hourly",
)
