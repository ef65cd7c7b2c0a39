"""Looks at the account before the first load: access, rights, the filter add-on, clock, fields."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial

from ingestion.errors import SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock, ForbiddenError
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.amocrm.client import AmocrmClient
from ingestion.sources.amocrm.config import AmocrmSection
from ingestion.sources.amocrm.fields import Fields
from ingestion.sources.amocrm.settings import LIST_LIMIT

line = partial(DoctorLine, "amocrm")

SKEW_SECONDS = 60
ATTEMPTS = 2  # a person is waiting


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Everything worth knowing of the account, one line a check; expected trouble is a line too."""
    section = settings.section(AmocrmSection)
    if not section.enabled:
        yield line("source", "off", "amoCRM is switched off in company.toml")
        return
    for account in section.every_account:
        client = AmocrmClient(settings, clock, max_attempts=ATTEMPTS, account=account)
        for found in _look(settings, client):
            # one account needs no name; of several every line says whose it is
            yield replace(found, check=f"{client.owner}: {found.check}") if client.owner else found


def _look(settings: Settings, client: AmocrmClient) -> Iterator[DoctorLine]:
    try:
        account = client.account()
    except SkvozError as error:
        yield line("credentials", "failed", str(error), "mend this first, then run doctor again")
        return
    fields = Fields(account.item, "account")
    yield line(
        *("credentials", "ok"),
        f"account {account.id} ({fields.text('name')}) answers",
    )
    yield _filter(has_filter=account.has_filter)
    zone = next(iter(fields.embedded("datetime_settings")), None)
    yield _zone(settings, zone.text("timezone") if zone else None)
    yield _currency(settings, fields.text("currency"))
    for check, look in (("rights", _rights), ("clock", _clock), ("fields", _fields)):
        try:
            yield from look(settings, client)
        except SkvozError as error:
            yield line(check, "failed", str(error))


def _filter(*, has_filter: bool) -> DoctorLine:
    if has_filter:
        return line("filter add-on", "ok", "the API filter is on: each run asks for changes only")
    return line(
        *("filter add-on", "ok"),
        "the paid API filter is off: runs read newest first down to the last known change, "
        "nothing is lost",
    )


def _zone(settings: Settings, theirs: str | None) -> DoctorLine:
    ours = settings.company.timezone
    if theirs in {None, ours}:
        return line("time zone", "ok", f"days are counted in {ours}")
    return line(
        *("time zone", "warning"),
        f"the account counts days in {theirs}, company.toml says {ours}",
        f'put timezone = "{theirs}" into [company], or change the zone in amoCRM',
    )


def _currency(settings: Settings, theirs: str | None) -> DoctorLine:
    ours = settings.company.currency
    if theirs in {None, ours}:
        return line("currency", "ok", f"budgets are in {ours}")
    return line(
        *("currency", "warning"),
        f"the account keeps budgets in {theirs}, company.toml says {ours}",
        f'put currency = "{theirs}" into [company]',
    )


def _rights(_: Settings, client: AmocrmClient) -> Iterator[DoctorLine]:
    admin_needed = "issue the token as an administrator of the account"
    try:
        users = [u for page in client.pages("users", "users", limit=LIST_LIMIT) for u in page]
    except ForbiddenError:
        yield line(
            *("rights", "warning"),
            "the token's owner may not list users: names stay unknown, and rows hidden from this "
            "user are missing without a sign",
            admin_needed,
        )
        return
    me = Fields(client.account().item, "account").integer("current_user_id")
    mine = [Fields(u, "user").item.get("rights") for u in users if u.get("id") == me]
    if mine and not Fields(mine[0] or {}, "rights of a user").flag("is_admin"):
        yield line(
            *("rights", "warning"),
            f"user {me}, the token's owner, is no administrator: rows hidden from this user are "
            "missing without a sign",
            admin_needed,
        )
    else:
        yield line("rights", "ok", f"the token sees the whole account, {len(users)} users")


def _clock(_: Settings, client: AmocrmClient) -> Iterator[DoctorLine]:
    answer = client.http.request("GET", "/api/v4/account", accept=(200, 204))
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
        skew = (datetime.now(UTC) - theirs).total_seconds()
    except (ValueError, TypeError):
        return
    if abs(skew) <= SKEW_SECONDS:
        yield line("clock", "ok", "this computer's clock agrees with amoCRM's")
        return
    side = "ahead of" if skew > 0 else "behind"
    yield line(
        *("clock", "warning"),
        f"this computer's clock is {abs(skew):.0f} s {side} amoCRM's: the latest changes come late",
        "switch on time synchronisation (NTP)",
    )


def _fields(settings: Settings, client: AmocrmClient) -> Iterator[DoctorLine]:
    known = set()
    for page in client.pages("leads/custom_fields", "custom_fields", limit=LIST_LIMIT):
        for item in page:
            field = Fields(item, "custom field")
            known |= {_folded(field.text(key) or "") for key in ("name", "code")}
    section = settings.section(AmocrmSection)
    wanted = {
        "invoice field": ("invoice_number_field", section.invoice_number_field),
        "payment date field": ("payment_date_field", section.payment_date_field),
    }
    for check, (setting, name) in wanted.items():
        if _folded(name) in known:
            yield line(check, "ok", f'deals have the field "{name}"')
        else:
            yield line(
                *(check, "warning"),
                f'deals have no field with the name or code "{name}"',
                f"create it in amoCRM, or put the right name into {setting} of company.toml",
            )


def _folded(name: str) -> str:
    """A field's name as the models compare it: case and the dots of ё do not matter."""
    return name.casefold().replace("ё", "е")
