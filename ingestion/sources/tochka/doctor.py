"""What keeps Tochka's statements from being loaded, in words for the person who has to mend it."""

import contextlib
from collections.abc import Iterator

from ingestion.errors import SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import DoctorLine
from ingestion.settings import Settings, secret
from ingestion.sources.tochka.client import TochkaClient
from ingestion.sources.tochka.config import TochkaSection
from ingestion.sources.tochka.settings import NAME


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Looks at the tokens and whether each opens its account; orders no statement, never raises."""
    section = settings.section(TochkaSection)
    if not section.enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    if not section.accounts:
        action = "put them, as account/BIC, into sources.tochka.accounts in company.toml"
        yield DoctorLine(NAME, "accounts", "failed", "no account is named", action)
        return
    with contextlib.closing(TochkaClient(settings, clock, tries=2)) as client:
        for account in section.accounts:
            yield _account(client, account)


def _account(client: TochkaClient, account: str) -> DoctorLine:
    check = f"account {account}"
    try:
        secret(NAME, "token", account.split("/")[0])
    except SkvozError as error:
        action = "issue a JWT in Tochka with the permission ReadStatements"
        return DoctorLine(NAME, check, "failed", str(error), action)
    try:
        opened = client.accounts(account)
    except SkvozError as error:
        return DoctorLine(NAME, check, "failed", str(error))
    if account not in opened:
        known = ", ".join(sorted(opened)) or "none"
        action = "correct sources.tochka.accounts in company.toml, or take the token of its owner"
        return DoctorLine(NAME, check, "failed", f"the token opens other accounts: {known}", action)
    return DoctorLine(NAME, check, "ok", "opens")
