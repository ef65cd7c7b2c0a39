"""amoCRM (Kommo) API v4: deals, their people, stages, history and tasks; see README.md."""

import dlt
from dlt.extract import DltResource, DltSource

from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.amocrm.client import make_clients
from ingestion.sources.amocrm.config import AmocrmSection
from ingestion.sources.amocrm.doctor import doctor
from ingestion.sources.amocrm.resources import build_resources
from ingestion.sources.amocrm.settings_more import PROBLEMS


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> DltSource:
    """All resources of all accounts over one throttle."""
    clients = make_clients(settings, clock)

    def amocrm() -> list[DltResource]:
        return build_resources(settings, clients, clock)

    source: DltSource = dlt.source(amocrm, name="amocrm")()
    return source


def dbt_vars(settings: Settings) -> dict[str, str]:
    """Which of the company's own fields the models look for."""
    section = settings.section(AmocrmSection)
    return {
        "invoice_number_field": section.invoice_number_field,
        "payment_date_field": section.payment_date_field,
    }


SOURCE = SourceSpec(
    name="amocrm",
    title="amoCRM",
    title_ru="amoCRM",
    section=AmocrmSection,
    brings=frozenset({"deals"}),
    build=build,
    doctor=doctor,
    cadence="hourly",
    dbt_vars=dbt_vars,
    problems=PROBLEMS,
)
