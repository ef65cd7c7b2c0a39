"""Fifteen deals of one small company, one of each kind of history, as loaded from amoCRM."""

import json
from pathlib import Path
from typing import Any

from tests.dbt.raw_fixture import ACCOUNT, SEEN, at, insert


def fill_dictionaries(path: Path) -> None:
    own = {"account_id": ACCOUNT, "last_seen_at": SEEN}
    insert(
        path,
        "raw_amocrm.accounts",
        [
            own
            | {
                "name": "Ромашка",
                "base_url": "https://demo.amocrm.ru/",
                "currency": "RUB",
                "timezone": "Europe/Moscow",
            }
        ],
    )
    insert(
        path,
        "raw_amocrm.users",
        [
            # listed twice in one moment: one of the rows has to win, and always the same one
            own | {"user_id": 501, "name": "Анна", "_dlt_id": "a"},
            own | {"user_id": 501, "name": "Анна Б.", "_dlt_id": "b"},
            own | {"user_id": 502, "name": "Борис", "_dlt_id": "c"},
        ],
    )
    insert(
        path,
        "raw_amocrm.pipelines",
        [own | {"pipeline_id": 1, "name": "Продажи"}, own | {"pipeline_id": 2, "name": "Сервис"}],
    )
    columns = ("pipeline_id", "status_id", "name", "sort", "type")
    stages = [
        (1, 10, "Неразобранное", 10, 1),
        (1, 11, "Новая", 20, 0),
        (1, 12, "Встреча", 30, 0),
        (1, 13, "Договор", 40, 0),
        (1, 142, "Деньги пришли", 10000, 0),
        (1, 143, "Не вышло", 11000, 0),
        (2, 21, "Передано", 20, 0),
        (2, 22, "В работе", 30, 0),
        (2, 142, "Готово", 10000, 0),
        (2, 143, "Отмена", 11000, 0),
    ]
    insert(
        path,
        "raw_amocrm.statuses",
        [own | dict(zip(columns, stage, strict=True)) for stage in stages],
    )
    insert(path, "raw_amocrm.loss_reasons", [own | {"loss_reason_id": 7, "name": "Дорого"}])


def _lead(lead_id: int, created: str, status: int, **more: Any) -> dict[str, Any]:
    return {
        "account_id": ACCOUNT,
        "lead_id": lead_id,
        "name": f"Сделка {lead_id}",
        "price": 0,
        "responsible_user_id": 501,
        "pipeline_id": 1,
        "status_id": status,
        "created_by": 501,
        "created_at": at(created),
        "updated_at": at("2026-02-20 08:00"),
        "custom_fields_values": _MARKS.get(lead_id),
        "contacts": json.dumps([{"id": 700, "is_main": True}]) if lead_id == 5 else None,
    } | more


def _event(lead_id: int, event_id: str, when: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "account_id": ACCOUNT,
        "event_id": event_id,
        "type": kind,
        "entity_type": "lead",
        "entity_id": lead_id,
        "created_by": 501,
        "created_at": at(when),
    } | more


def _move(lead_id: int, event_id: str, when: str, *stages: int) -> dict[str, Any]:
    """A status change: before, after and, where they are not 1, the pipelines of both."""
    before, after, before_pipeline, after_pipeline = (*stages, 1, 1)[:4]
    return _event(
        lead_id,
        event_id,
        when,
        "lead_status_changed",
        before_status_id=before,
        after_status_id=after,
        before_pipeline_id=before_pipeline,
        after_pipeline_id=after_pipeline,
    )


def _fields(*values: tuple[str | None, str, str]) -> str:
    """Custom fields of a card as raw JSON: code, name and value of each."""
    return json.dumps(
        [
            {
                "field_id": len(name),
                "field_code": code,
                "field_name": name,
                "field_type": "tracking_data" if code else "text",
                "values": [{"value": value}],
            }
            for code, name, value in values
        ],
        ensure_ascii=False,
    )


_MARKS = {
    1: _fields(
        ("UTM_SOURCE", "Источник", " Yandex-Direct "),
        ("UTM_MEDIUM", "Канал", "CPC"),
        ("UTM_CAMPAIGN", "Кампания", "%D0%9E%D0%BA%D0%BD%D0%B0+2026"),
        (None, "Номер счёта", "СЧ-00101"),
        (None, "Дата оплаты", "1768856400"),  # 2026-01-20 in Moscow
    ),
    2: _fields(
        (None, "Utm_Source", "vk_ads"), (None, "utm_medium", "cpc"), (None, "номер счёта", "102")
    ),
    7: _fields(("UTM_SOURCE", "utm_source", "newsite"), (None, "Номер счёта", "200")),
    8: _fields((None, "Номер счёта", "200")),
    12: _fields(
        ("UTM_SOURCE", "utm_source", "google"),
        ("UTM_MEDIUM", "utm_medium", "cpc"),
        (None, "Номер счёта", "112"),
    ),
    15: _fields(("UTM_SOURCE", "utm_source", "{utm_source}")),
}


def fill_deals(path: Path) -> None:
    leads = [
        _lead(1, "2026-01-10 09:00", 142, price=120000, closed_at=at("2026-01-20 09:00")),
        _lead(2, "2026-01-11 09:00", 142, price=50000, closed_at=at("2026-01-25 09:00")),
        _lead(3, "2026-01-12 09:00", 143, loss_reason_id=7, source_name="Телефония"),
        _lead(4, "2026-01-13 09:00", 142),
        _lead(5, "2026-01-14 09:00", 142, price=9000, closed_at=at("2026-01-14 09:00")),
        _lead(6, "2025-12-05 09:00", 12, source_name="Авито"),
        _lead(7, "2026-02-01 09:00", 142, price=1000),
        # reopened: amoCRM keeps both the reason and the closing time
        _lead(8, "2026-02-02 09:00", 12, loss_reason_id=7, closed_at=at("2026-02-03 09:00")),
        _lead(9, "2026-02-03 09:00", 22, pipeline_id=2, responsible_user_id=503),
        _lead(10, "2026-02-04 09:00", 12),
        _lead(11, "2026-02-10 09:00", 12),
        _lead(12, "2026-02-06 09:00", 11, price=3000),
        _lead(13, "2026-02-07 09:00", 11),
        _lead(14, "2026-02-08 09:00", 13),
        # already February in Moscow
        _lead(15, "2026-01-31 22:30", 10),
    ]
    insert(path, "raw_amocrm.leads", leads)
    insert(
        path,
        "raw_amocrm.deleted_leads",
        [
            {"account_id": ACCOUNT, "lead_id": lead, "deleted_at": at("2026-02-20 09:00")}
            for lead in (12, 13, 999)
        ],
    )
    added = [
        _event(lead["lead_id"], f"add-{lead['lead_id']}", when, "lead_added")
        for lead in leads
        if lead["lead_id"] != 6
        for when in [lead["created_at"].strftime("%Y-%m-%d %H:%M")]
    ]
    insert(
        path,
        "raw_amocrm.events",
        [
            *added,
            _move(1, "a1", "2026-01-12 09:00", 11, 12),
            _move(1, "a2", "2026-01-15 09:00", 12, 13),
            _move(1, "a3", "2026-01-20 09:00", 13, 142),
            _move(2, "b1", "2026-01-15 09:00", 11, 13),
            _move(2, "b2", "2026-01-25 09:00", 13, 142),
            _move(3, "c1", "2026-01-13 09:00", 11, 12),
            _move(3, "c2", "2026-02-02 09:00", 12, 143),
            # one click, three events, ids against the order
            _move(4, "d9", "2026-01-16 09:00", 11, 12),
            _move(4, "d5", "2026-01-16 09:00", 12, 13),
            _move(4, "d1", "2026-01-16 09:00", 13, 142),
            _move(7, "g1", "2026-02-05 09:00", 11, 12),
            _move(7, "g2", "2026-02-09 09:00", 13, 142),
            _move(8, "h1", "2026-02-03 09:00", 11, 143),
            _move(8, "h2", "2026-02-10 09:00", 143, 12),
            _move(8, "h3", "2026-02-11 09:00", 12, 12),
            _move(9, "i1", "2026-02-05 09:00", 11, 21, 1, 2),
            _event(
                9,
                "i2",
                "2026-02-05 09:00",
                "entity_responsible_changed",
                before_responsible_user_id=502,
                after_responsible_user_id=503,
            ),
            _move(9, "i3", "2026-02-06 09:00", 21, 22, 2, 2),
            _move(10, "j1", "2026-02-05 09:00", 11, 99),
            _move(10, "j2", "2026-02-07 09:00", 99, 12),
            _move(11, "k1", "2026-02-05 09:00", 11, 12),
            _event(12, "l1", "2026-02-20 09:00", "lead_deleted"),
            _event(13, "m1", "2026-02-20 09:00", "lead_deleted"),
            _event(13, "m2", "2026-02-21 09:00", "lead_restored"),
            _move(14, "n1", "2026-02-09 09:00", 11, 12),
            _move(999, "x1", "2026-02-09 09:00", 11, 12),
            _event(999, "x2", "2026-02-20 09:00", "lead_deleted"),
        ],
    )
    insert(
        path,
        "raw_amocrm.contacts",
        [
            {
                "account_id": ACCOUNT,
                "contact_id": 700,
                "name": "Иван",
                "updated_at": at("2026-01-14 09:00"),
                "custom_fields_values": _fields(
                    (None, "utm_source", "TG"), (None, "UTM_medium", "social")
                ),
            }
        ],
    )
