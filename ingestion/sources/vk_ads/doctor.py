"""What keeps VK's spend from being loaded, in words for the person who has to mend it."""

import contextlib
from collections.abc import Iterator
from functools import partial

from ingestion.errors import SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock, Throttle
from ingestion.registry import DoctorLine
from ingestion.settings import Settings, secret
from ingestion.sources.vk_ads.auth import TokenLimitError
from ingestion.sources.vk_ads.client import VkClient
from ingestion.sources.vk_ads.config import Cabinet, VkAdsSection
from ingestion.sources.vk_ads.settings import NAME

line = partial(DoctorLine, NAME)

TRIES = 2  # a person is waiting


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Looks at the secrets and asks every cabinet for one campaign; never raises."""
    section = settings.section(VkAdsSection)
    if not section.enabled:
        yield line("source", "off", "switched off in company.toml")
        return
    if not section.cabinets:
        yield line(
            *("cabinets", "failed", "no cabinet is named"),
            'name yours in sources.vk_ads.cabinets of company.toml, e.g. cabinets = ["main"]',
        )
        return
    if section.drop_tokens_when_full:
        yield line(
            *("tokens", "warning"),
            "drop_tokens_when_full is on: when VK's five tokens are taken, all of them are deleted",
            "set it back to false once the load works: other programs lose their tokens every time",
        )
    throttle = Throttle(section.requests_per_second, clock)
    for cabinet in section.cabinets:
        yield _cabinet(settings, section, cabinet, throttle, clock)


def _cabinet(
    settings: Settings, section: VkAdsSection, cabinet: Cabinet, throttle: Throttle, clock: Clock
) -> DoctorLine:
    check = f"cabinet {cabinet.name}"
    try:
        for key in ("client_id", "client_secret"):
            secret(NAME, key, cabinet.name)
    except SkvozError as error:
        action = "take both from the cabinet: settings, API access"
        return line(check, "failed", str(error), action)
    try:
        with contextlib.closing(
            VkClient(section, cabinet, settings, throttle, clock, tries=TRIES)
        ) as client:
            campaign = client.one("ad_plans")
    except TokenLimitError as error:
        return line(check, "failed", str(error), "free a token, then run doctor again")
    except SkvozError as error:
        return line(check, "failed", str(error))
    except OSError as error:
        return line(
            *(check, "failed", f"tokens cannot be kept in {settings.state_dir / NAME}: {error}"),
            "make the folder writable",
        )
    if campaign is None:
        action = "is this the right cabinet? spend appears with the first campaign"
        return line(check, "warning", "opens, but has no campaigns", action)
    currency = cabinet.currency or section.currency or settings.company.currency
    if currency != settings.company.currency:
        return line(
            *(
                check,
                "warning",
                f"counts in {currency}, the company in {settings.company.currency}",
            ),
            "the sums are loaded as they are and are not converted",
        )
    return line(check, "ok", f"opens, counts in {currency}")
