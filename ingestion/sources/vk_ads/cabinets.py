"""The cabinets of one load, and what they list."""

import contextlib

from ingestion.columns import Row
from ingestion.errors import ConfigError
from ingestion.http import Clock, Throttle
from ingestion.settings import Settings
from ingestion.sources.vk_ads.client import VkClient
from ingestion.sources.vk_ads.config import Cabinet, VkAdsSection
from ingestion.sources.vk_ads.objects import Kind


class Cabinets:
    """Lists are asked for once and used by several tables; all calls share one pace."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self.section = settings.section(VkAdsSection)
        self._throttle = Throttle(self.section.requests_per_second, clock)
        self._listed: dict[tuple[str, str], list[Row]] = {}

    def all(self) -> tuple[Cabinet, ...]:
        if not self.section.cabinets:
            raise ConfigError(
                "vk_ads: no cabinet is named; name yours in sources.vk_ads.cabinets of "
                'company.toml, e.g. cabinets = ["main"]'
            )
        return self.section.cabinets

    def open(self, cabinet: Cabinet) -> contextlib.closing[VkClient]:
        client = VkClient(self.section, cabinet, self._settings, self._throttle, self._clock)
        return contextlib.closing(client)

    def rows(self, kind: Kind, cabinet: Cabinet) -> list[Row]:
        """Objects of a kind, whatever their status."""
        key = (kind.table, cabinet.name)
        if key not in self._listed:
            with self.open(cabinet) as client:
                items = client.items(kind.table, kind.fields)
            self._listed[key] = [kind.row(item, cabinet.name) for item in items]
        return self._listed[key]
