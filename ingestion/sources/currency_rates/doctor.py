"""What keeps rates from being loaded, in words for the person who has to mend it."""

import contextlib
import os
from collections.abc import Iterator

from ingestion.errors import ConfigError, SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.currency_rates.client import RatesClient
from ingestion.sources.currency_rates.config import CurrencyRatesSection
from ingestion.sources.currency_rates.feed import wanted
from ingestion.sources.currency_rates.files import open_inbox
from ingestion.sources.currency_rates.settings import NAME, ZONE

_SHOWN = 20  # files with a problem that are listed


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Asks the bank for today's rates and reads every file; writes nothing, never raises."""
    section = settings.section(CurrencyRatesSection)
    if not section.enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    if section.use_feed:
        yield _feed(settings, section, clock)
    yield from _files(settings, section)


def _feed(settings: Settings, section: CurrencyRatesSection, clock: Clock) -> DoctorLine:
    today = settings.now().astimezone(ZONE).date()
    try:
        with contextlib.closing(RatesClient(section, clock, attempts=2)) as client:
            rates = client.day(today)
    except SkvozError as error:
        return DoctorLine(NAME, "bank", "failed", str(error))
    if missing := set(wanted(settings)) - {rate.code for rate in rates}:
        return DoctorLine(
            NAME,
            "bank",
            "failed",
            f"the bank sets no rate for {', '.join(sorted(missing))}",
            "take it out of sources.currency_rates.currencies and bring its rates as a file",
        )
    day = max(rate.day for rate in rates)
    return DoctorLine(NAME, "bank", "ok", f"{len(rates)} currencies, set for {day:%d.%m.%Y}")


def _files(settings: Settings, section: CurrencyRatesSection) -> Iterator[DoctorLine]:
    inbox = open_inbox(settings)
    try:
        files = list(inbox.files())
    except ConfigError as error:
        yield DoctorLine(NAME, "folder", "failed", str(error))
        return
    if files or os.access(inbox.folder, os.F_OK):
        yield DoctorLine(NAME, "folder", "ok", f"{len(files)} file(s) in {inbox.folder}")
    elif not section.use_feed:
        yield DoctorLine(
            NAME,
            "folder",
            "failed",
            f"{inbox.folder} does not exist and the bank is not asked",
            f"create it (mkdir -p {inbox.folder}) and put files of rates there, or set use_feed",
        )
    for file in files[:_SHOWN]:
        if rejected := inbox.read(file).rejected:
            first = rejected[0]
            at = f"{file.name} row {first.row_number}: " if first.row_number else ""
            more = f" (and {len(rejected) - 1} more)" if len(rejected) > 1 else ""
            yield DoctorLine(
                NAME,
                "unreadable rows",
                "warning",
                f"{at}{first.reason}{more}",
                "these rows go to raw_currency_rates.quarantine and no money is counted by them",
            )
