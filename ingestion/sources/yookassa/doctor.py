"""What keeps a shop's payments from being loaded, in words for the person who has to mend it."""

import contextlib
from collections.abc import Iterator
from datetime import UTC

from ingestion.errors import SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import DoctorLine
from ingestion.settings import Settings, secret
from ingestion.sources.yookassa.client import YookassaClient
from ingestion.sources.yookassa.config import YookassaSection
from ingestion.sources.yookassa.settings import NAME


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Looks at the keys and asks every shop for a payment of today; never raises."""
    section = settings.section(YookassaSection)
    if not section.enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    if not section.shops:
        action = "put its shopId into sources.yookassa.shops in company.toml"
        yield DoctorLine(NAME, "shops", "failed", "no shop is named", action)
        return
    client = YookassaClient(section.model_copy(update={"max_attempts": 2}), clock)
    with contextlib.closing(client):
        for shop in section.shops:
            yield _shop(client, settings, shop)


def _shop(client: YookassaClient, settings: Settings, shop: str) -> DoctorLine:
    check = f"shop {shop}"
    try:
        key = secret(NAME, "secret_key", shop)
    except SkvozError as error:
        action = "issue it in the shop's settings in YooKassa (API keys)"
        return DoctorLine(NAME, check, "failed", str(error), action)
    try:
        client.ping(shop, settings.now().astimezone(UTC).date())
    except SkvozError as error:
        return DoctorLine(NAME, check, "failed", str(error))
    if key.startswith("test_"):
        action = "take the key of the real shop: test payments are never counted"
        return DoctorLine(NAME, check, "warning", "opens with a test key", action)
    return DoctorLine(NAME, check, "ok", "opens")
