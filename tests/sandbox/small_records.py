"""What the small company's CRM holds beside cards: every number in it may be relied on by tests."""

from decimal import Decimal
from typing import Any

from sandbox.model import Company, Event
from sandbox.simulation.crm_model import (
    Catalog,
    Crm,
    Customer,
    CustomerStatus,
    Element,
    Inquiry,
    Note,
    Tag,
    Talk,
    TalkEvent,
    Transaction,
)
from tests.sandbox.small import (
    ACCOUNT_ID,
    ANNA,
    BORIS,
    INVOICE_FIELD,
    KIND_FIELD,
    SALES,
    moment,
    small_company,
)

CALL, SILENT_CALL, CONTACT_CALL, COMPANY_CALL, ODD_CALL = 60_001, 60_002, 60_003, 60_004, 60_005
LETTER, SMS, SERVICE = 60_006, 60_007, 60_008
TALK, GONE_TALK = 70_001, 70_002
INVOICES, PRODUCTS = 801, 802
PAID, RENAMED, OWN_STATUS = 8_001, 8_002, 8_003
FORM_UID, SIP_UID, CHAT_UID, MAIL_UID = "f" * 40, "5" * 40, "c" * 40, "e" * 40
CHANGED = moment("2026-10-20 10:00")
TOLD = "custom_field_506_value_changed"


def company_with_records() -> Company:
    """The small company, its notes, inquiries, talks, tags and invoices; customers switched off."""
    company = small_company()
    company.crm = Crm(
        notes=_notes(),
        inquiries=_inquiries(),
        talks=_talks(),
        tags=[
            Tag(9001, "leads", "опт", "FFFF00"),
            Tag(9002, "leads", "постоянный"),
            Tag(9001, "contacts", "партнёр"),
        ],
        catalogs=[
            Catalog(INVOICES, "Счета/покупки", moment("2026-09-01 00:00"), "invoices"),
            Catalog(PRODUCTS, "Товары", moment("2026-09-01 00:00"), "products", 20),
        ],
        elements=_elements(),
        events=_events(),
    )
    return company


def switch_customers_on(company: Company, mode: str = "periodicity") -> None:
    """Two customers and what one of them bought."""
    crm = company.crm
    assert crm is not None
    at = moment("2026-10-01 12:00")
    crm.customers_mode = mode
    crm.customer_statuses = [
        CustomerStatus(501, "Недавно купил", 10, 1),
        CustomerStatus(502, "Пора", 20),
    ]
    crm.customers = [
        Customer(601, "Пётр", Decimal("1500.50"), at, ANNA, 501, at, at, ltv=90000,
                 purchases_count=1, average_check=90000, tags=["вип"], contact_ids=[201, 202]),
        Customer(602, "Мария", Decimal(0), at, BORIS, 502, at, at),
    ]  # fmt: skip
    crm.transactions = [Transaction(611, 601, 90000, at, at, at, ANNA, "Повторная")]
    crm.tags.append(Tag(9003, "customers", "вип"))
    crm.notes.append(
        Note(60_009, "customers", 601, "common", ANNA, ANNA, at, at, {"text": "Звонил"})
    )


def _notes() -> list[Note]:
    def call(note_id: int, of: str, card: int, at: str, **params: Any) -> Note:
        created = moment(at)
        kind = params.pop("kind", "call_out")
        told = {"uniq": f"u{note_id}", "duration": 60, "source": "mango", "link": None,
                "phone": "+79000000001", "call_result": "", "call_status": 4,
                "call_responsible": ANNA} | params  # fmt: skip
        return Note(note_id, of, card, kind, 0, ANNA, created, created, told)

    return [
        call(CALL, "leads", 1001, "2026-09-01 11:00"),
        # numbers as strings, a phone as a number; a voicemail lasts and is no talk
        call(SILENT_CALL, "leads", 1002, "2026-09-03 11:00", kind="call_in", duration="57",
             call_status="6", phone=79000000003, call_responsible=str(BORIS)),
        call(CONTACT_CALL, "contacts", 201, "2026-09-04 11:00", kind="call_in", duration="0",
             call_responsible="Оператор 101"),
        call(COMPANY_CALL, "companies", 301, "2026-09-05 11:00"),
        # telephony of somebody's own make
        call(ODD_CALL, "leads", 1003, "2026-09-06 11:00", duration="1:05", call_status="ok",
             link=["x"]),
        Note(LETTER, "leads", 1001, "amomail_message", ANNA, ACCOUNT_ID,  # no user's number
             moment("2026-09-07 11:00"), moment("2026-09-07 11:00"),
             {"thread_id": "12", "message_id": "34", "income": True,
              "from": {"email": "p@client.example", "name": "Пётр"},
              "to": {"email": "zakaz@small.example", "name": ""}, "subject": "Окна",
              "content_summary": "Пришлите счёт", "attach_cnt": 1,
              "delivery": {"status": "delivered", "time": 1_790_000_000}}),
        Note(SMS, "leads", 1001, "sms_out", ANNA, ANNA, moment("2026-09-08 11:00"),
             moment("2026-09-08 11:00"), {"text": "Счёт готов", "phone": "89000000002"}),
        Note(SERVICE, "leads", 1001, "extended_service_message", 0, ANNA,
             moment("2026-09-09 11:00"), moment("2026-09-09 11:00"), []),
    ]  # fmt: skip


def _inquiries() -> list[Inquiry]:
    sent = moment("2026-10-30 23:30")
    form = {"form_id": 12, "form_name": "Замер", "form_page": "https://small.example/?utm_source=ya",
            "ip": "203.0.113.7", "form_sent_at": str(sent), "referer": "https://yandex.ru/",
            "visitor_uid": "v1"}  # fmt: skip
    sip = {"from": "79000000004", "phone": 79000000004, "called_at": moment("2026-10-29 10:00"),
           "duration": "0", "link": "", "service_code": "mango", "call_responsible": "101",
           "uniq": "u-sip"}  # fmt: skip
    chat = {"from": "Олег", "to": "", "received_at": moment("2026-10-29 11:00"),
            "service": "telegram", "client": {"name": "Олег", "avatar": ""},
            "origin": {"chat_id": "chat-1", "ref": "ad1", "visitor_uid": "v2"},
            "last_message_text": "Сколько стоит?", "source_name": "Telegram"}  # fmt: skip
    mail = {"from": {"email": "q@client.example", "name": "Ольга"},
            "received_at": moment("2026-10-29 12:00"), "subject": "Вопрос", "thread_id": 5,
            "message_id": "6", "content_summary": "Добрый день"}  # fmt: skip
    return [
        Inquiry(FORM_UID, "forms", SALES, sent, form, 1008, source_name="Сайт"),
        # accepted, declined, and accepted within the hour
        Inquiry(SIP_UID, "sip", SALES, moment("2026-10-29 10:01"), sip, 1003, 204, "mango",
                left_at=moment("2026-10-31 12:00")),
        Inquiry(CHAT_UID, "chats", SALES, moment("2026-10-29 11:00"), chat, 1002, 203,
                left_at=moment("2026-10-31 22:30")),
        Inquiry(MAIL_UID, "mail", SALES, moment("2026-10-29 12:00"), mail, 1001, 201,
                left_at=moment("2026-10-31 12:00")),
    ]  # fmt: skip


def _talks() -> list[Talk]:
    begun, last = moment("2026-10-01 12:00"), moment("2026-10-10 12:00")
    return [
        Talk(TALK, 203, "chat-1", begun, last, "telegram", 1002, "lead", 5, is_in_work=False),
        Talk(GONE_TALK, 204, "chat-2", begun, begun, "telegram", is_gone=True),
    ]


def _elements() -> list[Element]:
    def field(code: str, *values: dict[str, Any]) -> dict[str, Any]:
        return {"field_id": 1, "field_name": code.lower(), "field_code": code,
                "field_type": "text", "values": list(values)}  # fmt: skip

    at, touched = moment("2026-09-15 10:00"), moment("2026-09-19 10:00")
    unit = {"description": "Окна", "quantity": 2, "unit_price": 23166.75, "total_sum": 46333.5}
    payer = {"name": "ООО «Клиент»", "entity_type": "companies", "entity_id": 301,
             "vat_id": "7700000016", "kpp": "770001001"}  # fmt: skip
    return [
        Element(PAID, INVOICES, "Счёт СЧ-1001", at, touched, ANNA, [
            field("BILL_STATUS", {"value": "Оплачен", "enum_id": 1, "enum_code": "paid"}),
            field("BILL_PRICE", {"value": "46333.50"}),
            field("BILL_PAYMENT_DATE", {"value": moment("2026-09-19 00:00")}),
            field("PAYER", {"value": payer}),
            field("ITEMS", {"value": unit}, {"value": {"description": "Монтаж"}}),
            field("BILL_COMMENT", {"value": "Доставка позже"}),
        ], lead_id=1001, quantity=1.5),
        # renamed by hand: no code, only a text; not all of it is paid
        Element(RENAMED, INVOICES, "Счёт СЧ-1007", at, at, ANNA, [
            field("BILL_STATUS", {"value": "Частично  Оплачён", "enum_id": 9, "enum_code": None}),
            field("BILL_PRICE", {"value": 90000}),
        ], is_deleted=False, lead_id=1007),
        # a status of the account's own, and a date of nobody's form
        Element(OWN_STATUS, INVOICES, "Счёт", at, at, BORIS, [
            field("BILL_STATUS", {"value": "Ждём директора", "enum_id": 10, "enum_code": None}),
            field("BILL_PAYMENT_DATE", {"value": "19.09.2026"}),
        ], is_deleted=True),
        Element(8_011, PRODUCTS, "Окно", at, at, ANNA, None),
    ]  # fmt: skip


def _events() -> list[Event]:
    events: list[Event] = []

    def add(kind: str, entity: tuple[str, int], at: str, after: Any, before: Any = ()) -> None:
        name = f"01m{len(events):03d}records"
        events.append(
            Event(name, kind, entity[1], entity[0], ANNA, moment(at), list(after), list(before))
        )

    def value(text: str, enum_id: int | None = None) -> dict[str, Any]:
        field_id = INVOICE_FIELD if enum_id is None else KIND_FIELD
        told = {"field_id": field_id, "field_type": 1, "enum_id": enum_id, "text": text,
                "is_masked": False}  # fmt: skip
        return {"custom_field_value": told}

    lead = ("lead", 1001)
    add("outgoing_call", lead, "2026-09-01 11:00", [{"note": {"id": CALL}}])
    add("incoming_call", ("contact", 201), "2026-09-04 11:00", [{"note": {"id": CONTACT_CALL}}])
    add(TOLD, lead, "2026-09-15 10:00", [value("СЧ-1001")])
    add("custom_field_508_value_changed", lead, "2026-09-15 10:01",
        [value("Опт", 711), value("Розница", 712)], [value("Опт", 711)])  # fmt: skip
    add("task_deadline_changed", ("task", 402), "2026-09-14 10:00",
        [{"task_deadline": {"timestamp": moment("2026-09-16 18:00")}}],
        [{"task_deadline": {"timestamp": moment("2026-09-15 18:00")}}])  # fmt: skip
    add("entity_tag_added", lead, "2026-09-01 10:00",
        [{"tag": {"name": "опт"}}, {"tag": {"name": "постоянный"}}])  # fmt: skip
    add("entity_linked", lead, "2026-09-01 10:00",
        [{"link": {"entity": {"type": "contact", "id": 201}}}])  # fmt: skip
    add("entity_unlinked", lead, "2026-09-02 10:00", [],
        [{"unlink": {"entity": {"type": "contact", "id": 205}}}])  # fmt: skip
    add("name_field_changed", lead, "2026-09-02 11:00",
        [{"name_field_value": {"name": "Сделка 1001"}}],
        [{"name_field_value": {"name": "Новая"}}])  # fmt: skip
    add("entity_merged", lead, "2026-09-26 10:00", [])
    add("task_completed", ("task", 402), "2026-09-15 10:00", [])
    for at, talk, contact in (
        ("2026-10-01 12:00", TALK, 203), ("2026-10-10 12:00", TALK, 203),
        ("2026-10-02 12:00", GONE_TALK, 204),
    ):  # fmt: skip
        message = {"message": {"id": f"m{len(events)}", "origin": "telegram", "talk_id": talk}}
        events.append(
            TalkEvent(f"01m{len(events):03d}records", "incoming_chat_message", 1002, "lead", 0,
                      moment(at), [message], linked_talk_contact_id=contact)
        )  # fmt: skip
    return events
