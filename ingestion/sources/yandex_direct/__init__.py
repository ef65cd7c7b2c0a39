"""Yandex Direct: campaigns, their ads and links, and what each cost on each day."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource

from ingestion.columns import CONTRACT, Columns
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.yandex_direct import lists, rows
from ingestion.sources.yandex_direct import settings as tables
from ingestion.sources.yandex_direct.cabinets import Cabinets
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.doctor import doctor
from ingestion.sources.yandex_direct.reports import AD_DAILY, CAMPAIGN_DAILY
from ingestion.sources.yandex_direct.resources import Loader

_KNOWN_TYPES = ", ".join(f"'{name}'" for name in tables.KNOWN_AD_TYPES)
_PROBLEMS = f"""
select
    'unknown_value' as kind,
    'ads of type ' || type as subject,
    cast(null as decimal(18, 2)) as amount,
    count(*) as rows,
    'a type of ad that this version does not know: its link is not read' as detail
from raw_yandex_direct.ads
where type not in ({_KNOWN_TYPES})
group by type
"""  # noqa: S608 - names of this project


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> DltSource:
    """Seven tables; figures by day are replaced by whole (login, day) partitions."""
    loader = Loader(settings, Cabinets(settings.section(YandexDirectSection), clock))

    def table(
        name: str, generate: Callable[[], Iterator[Any]], columns: Columns, **more: Any
    ) -> DltResource:
        def rows_of_table() -> Iterator[Any]:  # dlt marks the function it is given
            yield from generate()

        return dlt.resource(
            rows_of_table,
            name=name,
            columns=columns,
            schema_contract=CONTRACT,
            **{"write_disposition": "merge", **more},
        )

    def below(service: str) -> Callable[[], Iterator[Any]]:
        if service == "ads":
            return partial(loader.below, lists.ads, rows.ad_row, service)
        return partial(loader.below, lists.ad_groups, rows.ad_group_row, service)

    def resources() -> list[DltResource]:
        # a changed name closes its row and opens another; a campaign that is gone keeps its last
        versions = {
            "disposition": "merge",
            "strategy": "scd2",
            "validity_column_names": ["valid_from", "valid_to"],
            "boundary_timestamp": settings.now(),
        }
        day = ["login", "spend_on"]
        return [
            table("cabinets", loader.cabinets, tables.CABINET_COLUMNS, primary_key=["login"]),
            table(
                "campaigns",
                loader.campaigns,
                tables.CAMPAIGN_COLUMNS,
                primary_key=["login", "campaign_id"],
            ),
            table(
                "campaign_names",
                loader.campaign_names,
                tables.CAMPAIGN_NAME_COLUMNS,
                write_disposition=versions,
                merge_key=["login", "campaign_id"],
            ),
            table(
                "ad_groups",
                below("adgroups"),
                tables.AD_GROUP_COLUMNS,
                primary_key=["login", "ad_group_id"],
            ),
            table("ads", below("ads"), tables.AD_COLUMNS, primary_key=["login", "ad_id"]),
            table(
                "campaign_daily",
                partial(loader.daily, CAMPAIGN_DAILY),
                tables.CAMPAIGN_DAILY_COLUMNS,
                merge_key=day,
            ),
            table(
                "ad_daily", partial(loader.daily, AD_DAILY), tables.AD_DAILY_COLUMNS, merge_key=day
            ),
        ]

    source: DltSource = dlt.source(resources, name=tables.NAME, max_table_nesting=0)()
    return source


SOURCE = SourceSpec(
    name=tables.NAME,
    title="Yandex Direct",
    title_ru="Яндекс Директ",
    section=YandexDirectSection,
    brings=frozenset({"spend"}),
    build=build,
    doctor=doctor,
    problems=_PROBLEMS,
)
