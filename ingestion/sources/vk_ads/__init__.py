"""VK Ads: campaigns, groups, banners, and what each cost on each day."""

from collections.abc import Iterator
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource

from ingestion import rounds
from ingestion.columns import CONTRACT
from ingestion.guards import VolumeGuard
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.vk_ads import settings as tables
from ingestion.sources.vk_ads.cabinets import Cabinets
from ingestion.sources.vk_ads.config import VkAdsSection
from ingestion.sources.vk_ads.daily import DailyLoad
from ingestion.sources.vk_ads.days import Progress
from ingestion.sources.vk_ads.doctor import doctor
from ingestion.sources.vk_ads.objects import AD_PLANS, BANNERS, KINDS, Kind
from ingestion.sources.vk_ads.problems import PROBLEMS
from ingestion.sources.vk_ads.settings import NAME


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> DltSource:
    """Lists (cabinets, ad_plans, ad_groups, banners, names) and days (of ad_plans, of banners)."""
    cabinets = Cabinets(settings, clock)
    section = cabinets.section
    now = settings.now()
    today = now.astimezone(tables.ZONE).date()

    def known_cabinets() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()
        yield [
            {
                "cabinet": cabinet.name,
                "currency": cabinet.currency or section.currency or settings.company.currency,
                "costs_include_vat": section.costs_include_vat,
                "last_seen_at": now,
            }
            for cabinet in cabinets.all()
        ]

    def objects(kind: Kind) -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()  # the table exists even for an empty cabinet
        guard = VolumeGuard(NAME, kind.table, dlt.current.resource_state(), settings)
        for cabinet in cabinets.all():
            rows = cabinets.rows(kind, cabinet)
            guard.check_total(cabinet.name, len(rows))
            yield [{**row, "last_seen_at": now} for row in rows]

    def names() -> Iterator[Any]:
        for cabinet in cabinets.all():
            # dlt cannot make an insert-only table without a row, so the cabinet is its first
            first = {"object_kind": "cabinet", "object_id": 0, "name": cabinet.name}
            yield {"cabinet": cabinet.name, **first, "first_seen_at": now}
            for kind in KINDS:
                yield [
                    {
                        "cabinet": cabinet.name,
                        "object_kind": kind.name,
                        "object_id": row[kind.key],
                        "name": row["name"],
                        "first_seen_at": now,
                    }
                    for row in cabinets.rows(kind, cabinet)
                    if row["name"]
                ]

    def daily(kind: Kind) -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()
        # committed together with the rows: an interrupted load asks for the same days again
        state = dlt.current.resource_state()
        if kind is BANNERS and not section.banner_days:
            return
        guard = VolumeGuard(NAME, f"{kind.name}_daily", state, settings)
        load = DailyLoad(kind, section, now, today, remembers=kind is AD_PLANS)
        is_unfinished = False
        for cabinet in cabinets.all():
            own = state.setdefault("cabinets", {}).setdefault(cabinet.name, {})
            # a later round is for the cabinets that have more to come
            if state.get("is_later_round") and not Progress.read(own).is_unfinished(today):
                continue
            listed = {row[kind.key] for row in cabinets.rows(kind, cabinet)}
            with cabinets.open(cabinet) as client:
                yield from load.part(client, listed, own, guard)
            is_unfinished |= Progress.read(own).is_unfinished(today)
        state["is_later_round"] = is_unfinished
        rounds.unfinished(state, is_unfinished)

    def list_resource(kind: Kind) -> DltResource:
        return dlt.resource(
            objects,
            name=kind.table,
            write_disposition="merge",
            primary_key=["cabinet", kind.key],
            columns=kind.columns,
            schema_contract=CONTRACT,
        )(kind)

    def daily_resource(kind: Kind) -> DltResource:
        return dlt.resource(
            daily,
            name=f"{kind.name}_daily",
            write_disposition="merge",
            primary_key=["cabinet", kind.key, "spend_on"],
            columns=tables.daily_columns(kind.key),
            schema_contract=CONTRACT,
        )(kind)

    def resources() -> list[DltResource]:
        return [
            dlt.resource(
                known_cabinets,
                name="cabinets",
                write_disposition="merge",
                primary_key=["cabinet"],
                columns=tables.CABINET_COLUMNS,
                schema_contract=CONTRACT,
            ),
            *map(list_resource, KINDS),
            dlt.resource(
                names,
                name="names",
                # the first moment a name was seen stays, however often it is seen again
                write_disposition={"disposition": "merge", "strategy": "insert-only"},
                primary_key=["cabinet", "object_kind", "object_id", "name"],
                columns=tables.NAME_COLUMNS,
                schema_contract=CONTRACT,
            ),
            daily_resource(AD_PLANS),
            daily_resource(BANNERS),
        ]

    source: DltSource = dlt.source(resources, name=NAME, max_table_nesting=0)()
    return source


SOURCE = SourceSpec(
    name=NAME,
    title="VK Ads",
    title_ru="VK Реклама",
    section=VkAdsSection,
    brings=frozenset({"spend"}),
    build=build,
    doctor=doctor,
    problems=PROBLEMS,
)
