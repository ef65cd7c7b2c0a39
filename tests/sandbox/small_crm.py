"""What the small company keeps in its CRM: dictionaries, deals and contacts."""

from decimal import Decimal
from typing import Any

from sandbox.model import (
    Company,
    Contact,
    CustomField,
    FieldValue,
    Lead,
    LossReason,
    Pipeline,
    Status,
    User,
)
from tests.sandbox.small_ids import (
    ANNA,
    BORIS,
    CONTACT_UTM_SOURCE,
    DELETED_LEAD,
    EMAIL_FIELD,
    GONE,
    INN_FIELD,
    INVOICE,
    INVOICE_FIELD,
    KIND_FIELD,
    LOST,
    NEW,
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
    moment,
)


def fill_dictionaries(company: Company) -> None:
    """Users, pipelines, loss reasons and custom fields."""
    company.users = [
        User(ANNA, "Анна Орлова", "anna@small.example", is_admin=True),
        User(BORIS, "Борис Котов", "boris@small.example", group_id=5),
        User(VERA, "Вера Лисина", "vera@small.example", group_id=5, is_active=False),
        User(GONE, "Галина Волкова", "galina@small.example", in_account=False),
    ]
    company.pipelines = [
        Pipeline(
            SALES,
            "Продажи",
            1,
            [
                Status(UNSORTED, SALES, "Неразобранное", 10, type=1, is_editable=False),
                Status(NEW, SALES, "Новая заявка", 20),
                Status(TALKS, SALES, "Переговоры", 30),
                Status(INVOICE, SALES, "Счёт выставлен", 40),
                Status(REMOVED_STATUS, SALES, "Замер", 35, is_listed=False),
                *_closing(SALES),
            ],
            is_main=True,
        ),
        Pipeline(
            REPEAT,
            "Повторные",
            2,
            [
                Status(REPEAT_NEW, REPEAT, "Вернулся", 20),
                Status(REPEAT_DEAL, REPEAT, "Согласование", 30),
                *_closing(REPEAT),
            ],
        ),
    ]
    company.loss_reasons = [
        LossReason(901, "Дорого", 10, moment("2026-01-01 00:00")),
        LossReason(902, "Не дозвонились", 20, moment("2026-01-01 00:00")),
        LossReason(903, "Дубль", 30, moment("2026-01-01 00:00"), is_listed=False),
    ]
    tracking = [
        CustomField(field_id, "leads", f"utm_{key}", "tracking_data", f"UTM_{key.upper()}", 500 + i)
        for i, (key, field_id) in enumerate(UTM.items())
    ]
    phone_enums = [{"id": 701, "value": "WORK", "sort": 1}, {"id": 702, "value": "MOB", "sort": 2}]
    kinds = [{"id": 711, "value": "Опт", "sort": 1}, {"id": 712, "value": "Розница", "sort": 2}]
    company.custom_fields = [
        *tracking,
        CustomField(INVOICE_FIELD, "leads", "Номер счёта", "text"),
        CustomField(PAID_ON_FIELD, "leads", "Дата оплаты", "date"),
        CustomField(KIND_FIELD, "leads", "Тип сделки", "multiselect", enums=kinds),
        CustomField(VIP_FIELD, "leads", "VIP", "checkbox", is_api_only=True),
        CustomField(PHONE_FIELD, "contacts", "Телефон", "multitext", "PHONE", enums=phone_enums),
        CustomField(EMAIL_FIELD, "contacts", "Email", "multitext", "EMAIL"),
        CustomField(CONTACT_UTM_SOURCE, "contacts", "utm_source", "text"),
        CustomField(INN_FIELD, "companies", "ИНН", "text"),
    ]


def _closing(pipeline_id: int) -> list[Status]:
    return [
        Status(WON, pipeline_id, "Успешно реализовано", 10000, is_editable=False, color="#CCFF66"),
        Status(LOST, pipeline_id, "Закрыто и не реализовано", 11000, is_editable=False),
    ]


def _utm(**marks: str) -> list[FieldValue]:
    return [FieldValue(UTM[key], [{"value": value}]) for key, value in marks.items()]


def small_leads() -> list[Lead]:
    """Twelve deals, each a case of its own; the comment says which."""

    def lead(
        lead_id: int,
        name: str,
        price: str,
        user: int,
        stage: tuple[int, int],
        *times: str,
        **more: Any,
    ) -> Lead:
        created, updated = moment(times[0]), moment(times[1])
        return Lead(
            lead_id, name, Decimal(price), user, *stage, ANNA, user, created, updated, **more
        )

    return [
        # won and paid in two parts; the price has kopecks
        lead(1001, "Сделка 1001", "46333.50", ANNA, (SALES, WON),
             "2026-09-01 10:00", "2026-09-20 12:00", closed_at=moment("2026-09-20 12:00"),
             custom_fields=[
                 *_utm(source="yandex", medium="cpc", campaign="brand", content="11", term="окна"),
                 FieldValue(INVOICE_FIELD, [{"value": "СЧ-1001"}]),
                 FieldValue(PAID_ON_FIELD, [{"value": moment("2026-09-18 00:00")}]),
                 FieldValue(KIND_FIELD, [
                     {"value": "Опт", "enum_id": 711, "enum_code": None},
                     {"value": "Розница", "enum_id": 712, "enum_code": None},
                 ]),
                 FieldValue(VIP_FIELD, [{"value": True}]),
             ],
             tags=["опт", "постоянный"], contact_ids=[201, 202], company_id=301),
        # lost, with a reason
        lead(1002, "Сделка 1002", "10000", BORIS, (SALES, LOST),
             "2026-09-02 11:00", "2026-09-10 09:30", closed_at=moment("2026-09-10 09:30"),
             loss_reason_id=901, custom_fields=_utm(source="VK", medium="cpc"), contact_ids=[203]),
        # open, no UTM, the CRM knows a source
        lead(1003, "Сделка 1003", "0", BORIS, (SALES, TALKS),
             "2026-09-03 09:00", "2026-10-01 15:00", closest_task_at=moment("2026-10-05 18:00"),
             source_id=61, source_name="Телефония", contact_ids=[204]),
        # created straight in "won": there is no status event, closed_at equals created_at
        lead(1004, "Сделка 1004", "5000", ANNA, (SALES, WON),
             "2026-09-05 14:00", "2026-09-05 14:00", closed_at=moment("2026-09-05 14:00")),
        # lost without a reason, by somebody who has left the company
        lead(1005, "Сделка 1005", "700", GONE, (SALES, LOST),
             "2026-09-06 10:00", "2026-09-07 10:00", closed_at=moment("2026-09-07 10:00")),
        # lost, then reopened: the loss reason stayed, closed_at did not
        lead(1006, "Сделка 1006", "12000", BORIS, (SALES, TALKS),
             "2026-09-08 10:00", "2026-10-10 10:00", loss_reason_id=902,
             custom_fields=_utm(source="yandex", medium="cpc", campaign="generic")),
        # moved from one pipeline to the other and won there; its contact is not listed
        lead(1007, "Сделка 1007", "90000", ANNA, (REPEAT, WON),
             "2026-09-09 10:00", "2026-10-12 16:00", closed_at=moment("2026-10-12 16:00"),
             custom_fields=[FieldValue(INVOICE_FIELD, [{"value": "СЧ-1007"}])], contact_ids=[205]),
        # incoming, not yet accepted; created by a robot
        Lead(1008, "Заявка с сайта", Decimal(0), ANNA, SALES, UNSORTED, 0, 0,
             moment("2026-10-30 23:30"), moment("2026-10-30 23:30")),
        # in the basket
        lead(DELETED_LEAD, "Удалённая", "300", BORIS, (SALES, NEW),
             "2026-09-10 10:00", "2026-09-25 10:00", is_deleted=True),
        # gone from the basket: only its events remain
        lead(PURGED_LEAD, "Вычищенная", "400", BORIS, (SALES, NEW),
             "2026-09-11 10:00", "2026-09-26 10:00", is_deleted=True, is_purged=True),
        # went to a stage that no longer exists, then was lost, by the card but not by its events,
        # for a reason that no longer exists
        lead(1011, "Сделка 1011", "2500", BORIS, (SALES, LOST),
             "2026-09-12 10:00", "2026-09-15 10:00", closed_at=moment("2026-09-15 10:00"),
             loss_reason_id=903, source_id=62, source_name="Авито"),
        # handed over and re-priced, open; a minute before Moscow midnight
        lead(1012, "Сделка 1012", "8000", ANNA, (REPEAT, REPEAT_DEAL),
             "2026-09-30 23:59", "2026-10-15 10:00", tags=["постоянный"], contact_ids=[201]),
    ]  # fmt: skip


def small_contacts() -> list[Contact]:
    """Five people; /contacts does not list the last."""

    def contact(contact_id: int, name: str, phone: str, **more: Any) -> Contact:
        values = [{"value": phone, "enum_id": 701, "enum_code": "WORK"}]
        created = moment("2026-09-01 10:00") + contact_id
        fields = [FieldValue(PHONE_FIELD, values), *more.pop("fields", [])]
        return Contact(contact_id, name, ANNA, created, created + 60, custom_fields=fields, **more)

    mail = FieldValue(
        EMAIL_FIELD, [{"value": "p@client.example", "enum_id": 1, "enum_code": "WORK"}]
    )
    return [
        contact(201, "Пётр Иванов", "+7 900 000-00-01", company_id=301, fields=[mail]),
        contact(202, "Мария", "89000000002"),
        contact(203, "Олег Сидоров", "79000000003"),
        contact(204, "Неизвестный", "+79000000004",
                fields=[FieldValue(CONTACT_UTM_SOURCE, [{"value": "telegram"}])]),
        contact(205, "Скрытый", "+79000000005", is_listed=False),
    ]  # fmt: skip
