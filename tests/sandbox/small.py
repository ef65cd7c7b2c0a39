"""A hand-made company small enough to check by eye; every number in it may be relied on by tests.

Moments are Moscow time (UTC+3). One won and paid deal with kopecks, one lost, one reopened with its
old loss reason kept, one moved between pipelines, one in the basket, one purged, and so on: see the
comment on each deal. The builder returns a fresh company every time, so a test may mutate it.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.model import (
    BankDocument,
    Campaign,
    Company,
    CompanyCard,
    CompanySpec,
    Event,
    FieldValue,
    SpendDay,
    Task,
)
from tests.sandbox.small_crm import fill_dictionaries, small_contacts, small_leads
from tests.sandbox.small_ids import (
    ACCOUNT_ID,
    ANNA,
    AS_OF,
    BORIS,
    CONTACT_UTM_SOURCE,
    DELETED_LEAD,
    EMAIL_FIELD,
    GONE,
    INN_FIELD,
    INVOICE,
    INVOICE_FIELD,
    KIND_FIELD,
    LOGIN,
    LOST,
    NEW,
    OWN_ACCOUNT,
    PAID_ON_FIELD,
    PHONE_FIELD,
    PURGED_LEAD,
    REMOVED_STATUS,
    REPEAT,
    REPEAT_DEAL,
    REPEAT_NEW,
    SALES,
    TALKS,
    UNSORTED,
    UTM,
    VERA,
    VIP_FIELD,
    WON,
    ZONE,
    moment,
)

__all__ = [
    "ACCOUNT_ID",
    "ANNA",
    "AS_OF",
    "BORIS",
    "CONTACT_UTM_SOURCE",
    "DELETED_LEAD",
    "EMAIL_FIELD",
    "GONE",
    "INN_FIELD",
    "INVOICE",
    "INVOICE_FIELD",
    "KIND_FIELD",
    "LOGIN",
    "LOST",
    "NEW",
    "OWN_ACCOUNT",
    "PAID_ON_FIELD",
    "PHONE_FIELD",
    "PURGED_LEAD",
    "REMOVED_STATUS",
    "REPEAT",
    "REPEAT_DEAL",
    "REPEAT_NEW",
    "SALES",
    "TALKS",
    "UNSORTED",
    "UTM",
    "VERA",
    "VIP_FIELD",
    "WON",
    "moment",
    "small_company",
]


def small_company() -> Company:
    """12 deals (10 listed, 1 in the basket, 1 purged), 24 events, 3 tasks, 8 rows of spend."""
    company = Company(
        spec=CompanySpec(
            seed=0, deals=12, months=2, as_of=AS_OF, subdomain="small", account_id=ACCOUNT_ID
        ),
        name="ООО «Малая компания»",
        inn="7700000009",
        own_accounts=[OWN_ACCOUNT],
    )
    fill_dictionaries(company)
    company.leads = small_leads()
    company.contacts = small_contacts()
    company.companies = [
        CompanyCard(
            301,
            "ООО «Клиент»",
            ANNA,
            moment("2026-09-01 10:00"),
            moment("2026-09-02 10:00"),
            [FieldValue(INN_FIELD, [{"value": "7700000016"}])],
        )
    ]
    company.events = _events()
    company.tasks = _tasks()
    _advertising(company)
    company.bank = _bank()
    return company


def _events() -> list[Event]:
    events: list[Event] = []

    def add(
        kind: str, lead_id: int, at: str, user: int = ANNA,
        after: list[dict[str, Any]] | None = None, before: list[dict[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        # ids do not follow time: amoCRM's do not either
        event_id = f"01j{(len(events) * 7919) % 1000:03d}small{len(events):02d}"
        events.append(
            Event(event_id, kind, lead_id, "lead", user, moment(at), after or [], before or [])
        )

    def stage(pipeline_id: int, status_id: int) -> list[dict[str, Any]]:
        return [{"lead_status": {"id": status_id, "pipeline_id": pipeline_id}}]

    def moved(lead_id: int, at: str, old: tuple[int, int], new: tuple[int, int]) -> None:
        add("lead_status_changed", lead_id, at, ANNA, stage(*new), stage(*old))

    for lead in small_leads():
        created = datetime.fromtimestamp(lead.created_at, ZONE).strftime("%Y-%m-%d %H:%M:%S")
        add("lead_added", lead.id, created, lead.created_by, [{"note": {"id": lead.id * 10}}])
    moved(1001, "2026-09-03 10:00", (SALES, NEW), (SALES, TALKS))
    moved(1001, "2026-09-15 10:00", (SALES, TALKS), (SALES, INVOICE))
    moved(1001, "2026-09-20 12:00", (SALES, INVOICE), (SALES, WON))
    moved(1002, "2026-09-10 09:30", (SALES, NEW), (SALES, LOST))
    moved(1006, "2026-09-20 10:00", (SALES, NEW), (SALES, LOST))
    moved(1006, "2026-10-10 10:00", (SALES, LOST), (SALES, TALKS))
    moved(1007, "2026-09-20 10:00", (SALES, NEW), (REPEAT, REPEAT_NEW))
    moved(1007, "2026-10-12 16:00", (REPEAT, REPEAT_NEW), (REPEAT, WON))
    moved(1011, "2026-09-13 10:00", (SALES, NEW), (SALES, REMOVED_STATUS))
    add("lead_deleted", DELETED_LEAD, "2026-09-25 10:00", BORIS)
    # one click, one second: two events
    add("entity_responsible_changed", 1012, "2026-10-15 10:00", BORIS,
        [{"responsible_user": {"id": ANNA}}], [{"responsible_user": {"id": BORIS}}])  # fmt: skip
    add("sale_field_changed", 1012, "2026-10-15 10:00", BORIS,
        [{"sale_field_value": {"sale": 8000}}], [{"sale_field_value": {"sale": 6000}}])  # fmt: skip
    return events


def _tasks() -> list[Task]:
    return [
        Task(401, 1003, "leads", BORIS, "Перезвонить", moment("2026-10-01 15:00"),
             moment("2026-10-01 15:00"), moment("2026-10-05 18:00"), BORIS),
        Task(402, 1001, "leads", ANNA, "Выставить счёт", moment("2026-09-03 10:00"),
             moment("2026-09-15 10:00"), moment("2026-09-16 18:00"), ANNA, is_completed=True,
             task_type_id=2, duration=1800, result_text="Счёт отправлен"),
        Task(403, 201, "contacts", GONE, "Поздравить", moment("2026-09-04 10:00"),
             moment("2026-09-04 10:00"), moment("2026-09-30 10:00"), GONE, is_completed=True),
    ]  # fmt: skip


def _advertising(company: Company) -> None:
    tracking = "utm_source=yandex&utm_medium=cpc&utm_campaign={campaign_id}"
    company.campaigns = [
        Campaign(
            700001, "Бренд", start_date=date(2026, 9, 1), tracking_params=tracking, login=LOGIN
        ),
        Campaign(
            700002, "Общие запросы", "UNIFIED_CAMPAIGN", start_date=date(2026, 9, 1), login=LOGIN
        ),
        Campaign(700003, "Архивная", status="ACCEPTED", state="ARCHIVED", login=LOGIN),
    ]
    first = date(2026, 10, 27)
    company.spend = [
        SpendDay(700001, first, 1000, 20, Decimal("1220.00")),
        SpendDay(700002, first, 5000, 31, Decimal("2440.61")),
        SpendDay(700001, first + timedelta(1), 900, 18, Decimal("1100.10")),
        SpendDay(700002, first + timedelta(1), 100, 0, Decimal("0.00")),
        # 2026-10-29: nothing was shown
        SpendDay(700001, first + timedelta(3), 950, 19, Decimal("1159.00")),
        SpendDay(700002, first + timedelta(3), 4000, 25, Decimal("2000.00")),
        # the VAT rate was 20 % until the end of 2025
        SpendDay(700003, date(2025, 12, 31), 10, 1, Decimal("120.00")),
        SpendDay(700003, date(2026, 1, 1), 10, 1, Decimal("122.00")),
    ]


def _bank() -> list[BankDocument]:
    def document(number: str, day: date, amount: str, name: str, purpose: str) -> BankDocument:
        return BankDocument(
            number, day, Decimal(amount), True, OWN_ACCOUNT, "Платежное поручение", name,
            "7700000016", "40702810900000000009", purpose,
        )  # fmt: skip

    client = "ООО «Клиент»"
    return [
        document("15", date(2026, 9, 18), "20000.00", client, "Оплата по счёту СЧ-1001, часть 1"),
        document("16", date(2026, 9, 19), "26333.50", client, "Оплата по счёту СЧ-1001, часть 2"),
        document("17", date(2026, 10, 12), "90000.00", client, "Оплата по счету СЧ-1007"),
    ]
