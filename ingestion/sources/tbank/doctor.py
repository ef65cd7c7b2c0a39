"""What keeps T-Bank's statements from being loaded, in words for the person who has to mend it."""

import contextlib
from collections.abc import Iterator

from ingestion.errors import SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import DoctorLine
from ingestion.settings import Settings, secret
from ingestion.sources.tbank.client import TbankClient
from ingestion.sources.tbank.config import TbankSection
from ingestion.sources.tbank.settings import NAME, ZONE


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Looks at the tokens and asks for today's statement of every account; never raises."""
    section = settings.section(TbankSection)
    if not section.enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    if not section.accounts:
        action = "put their 20 digits into sources.tbank.accounts in company.toml"
        yield DoctorLine(NAME, "accounts", "failed", "no account is named", action)
        return
    client = TbankClient(section.model_copy(update={"max_attempts": 2}), clock)
    with contextlib.closing(client):
        for account in section.accounts:
            yield _account(client, settings, account)


def _account(client: TbankClient, settings: Settings, account: str) -> DoctorLine:
    check = f"account {account}"
    today = settings.now().astimezone(ZONE).date()
    try:
        secret(NAME, "token", account)
    except SkvozError as error:
        action = "issue a token in T-Business with the right «Счета и выписки»"
        return DoctorLine(NAME, check, "failed", str(error), action)
    try:
        statement = client.statement(account, (today, today))
    except SkvozError as error:
        return DoctorLine(NAME, check, "failed", str(error))
    if statement.opening is None:
        message = "opens, but the bank states no balances: sums cannot be tied to them"
        return DoctorLine(NAME, check, "warning", message)
    return DoctorLine(NAME, check, "ok", f"opens, {len(statement.operations)} operation(s) today")
