"""Eight customers more of the hand-made company, and what happens to their raw rows later.

Every customer has months of its own, so that whatever one change moves stands apart from the rest.
"""

import json
from pathlib import Path
from typing import Any

import duckdb

from tests.dbt import hand_made_company
from tests.dbt.raw_fixture import ACCOUNT, SEEN, at, insert

OWN_ACCOUNT = "40702810900000000001"
# created, closed, price and utm_campaign of what came by advertising of Yandex
DEALS: dict[int, tuple[str, str, int, str | None]] = {
    21: ("2025-07-05", "2025-07-15", 100_000, "9101"),
    22: ("2025-08-05", "2025-08-15", 50_000, None),
    23: ("2025-09-05", "2025-09-15", 60_000, None),
    24: ("2025-10-05", "2025-10-15", 70_000, None),
    25: ("2025-11-05", "2025-11-15", 33_300, None),
    26: ("2025-12-05", "2025-12-15", 80_000, None),
    27: ("2025-04-05", "2025-04-15", 15_000, "Балконы"),
    28: ("2025-03-05", "2025-03-15", 16_000, "Крыши"),
}
# id: name, the day of its only spend, roubles
CAMPAIGNS = {
    9101: ("Двери", "2025-07-03", 12_000),
    9104: ("Балконы", "2025-04-03", 3_000),
    9105: ("Крыши", "2025-03-03", 4_000),
}


def inn(deal_id: int) -> str:
    """Nobody's INN, with the checksum that one has to have."""
    digits = f"7799000{deal_id}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    checksum = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
    return f"{digits}{checksum % 11 % 10}"


def _fields(**values: str) -> str:
    return json.dumps(
        [
            {
                "field_id": number,
                "field_code": name if name.isupper() and name.isascii() else None,
                "field_name": name,
                "field_type": "text",
                "values": [{"value": value}],
            }
            for number, (name, value) in enumerate(values.items(), start=1)
        ],
        ensure_ascii=False,
    )


def _card(deal_id: int, *, with_marks: bool) -> str:
    """Custom fields of a deal; deal 25 has no invoice, the browser of deal 22 is known."""
    fields: dict[str, str] = {}
    if with_marks:
        fields |= {"utm_source": "yandex", "utm_medium": "cpc"}
        campaign = DEALS[deal_id][3]
        fields |= {"utm_campaign": campaign} if campaign else {}
    if deal_id != 25:
        fields["Номер счёта"] = f"90{deal_id}"
    if deal_id == 22:
        fields["_YM_UID"] = "1750000000000000022"
    return _fields(**fields)


def document(key: str, deal_id: int, day: str, amount: str, **more: Any) -> dict[str, Any]:
    """What a customer paid by the invoice of its deal, as a line of a statement file."""
    return {
        "document_key": key,
        "own_account": OWN_ACCOUNT,
        "direction": "in",
        "file_name": "first.txt",
        "line_number": 1,
        "booked_on": day,
        "document_number": key,
        "document_kind": "Платежное поручение",
        "amount": amount,
        "currency": "RUB",
        "purpose": f"Оплата по счёту №90{deal_id}, без НДС",
        "payer_account": f"407028109000000077{deal_id}",
        "payer_inn": inn(deal_id),
        "payer_name": f"ООО Заказчик {deal_id}",
        "payee_account": OWN_ACCOUNT,
        "payee_inn": "7700000001",
        "payee_name": "ООО Ромашка",
    } | more


DOCUMENTS = [
    document("m21", 21, "2025-07-20", "100000.00"),
    document("m22", 22, "2025-08-20", "20000.01"),
    document("m23", 23, "2025-09-20", "60000.00"),
    document("m24", 24, "2025-10-20", "70000.00"),
    document("m25", 25, "2025-11-20", "33300.00", purpose="Оплата за работы, без НДС"),
    document("m26", 26, "2025-12-20", "80000.00"),
    document("m27", 27, "2025-04-20", "15000.00"),
    document("m28", 28, "2025-03-20", "16000.00"),
]


def fill(path: Path) -> None:
    """The hand-made company and the eight customers, before anything happened."""
    hand_made_company.fill(path)
    insert(
        path,
        "raw_amocrm.contacts",
        [
            {
                "account_id": ACCOUNT,
                "contact_id": 700 + deal_id,
                "name": f"Заказчик {deal_id}",
                "updated_at": at(f"{created} 09:00"),
                "custom_fields_values": _fields(ИНН=inn(deal_id)),
            }
            for deal_id, (created, *_) in DEALS.items()
        ],
    )
    insert(
        path,
        "raw_amocrm.leads",
        [
            {
                "account_id": ACCOUNT,
                "lead_id": deal_id,
                "name": f"Сделка {deal_id}",
                "price": price,
                "responsible_user_id": 501,
                "pipeline_id": 1,
                "status_id": 142,
                "created_by": 501,
                "created_at": at(f"{created} 09:00"),
                "closed_at": at(f"{closed} 09:00"),
                "updated_at": at(f"{closed} 09:00"),
                "custom_fields_values": _card(deal_id, with_marks=True),
                "main_contact_id": 700 + deal_id,
                "contacts": json.dumps([{"id": 700 + deal_id, "is_main": True}]),
            }
            for deal_id, (created, closed, price, _) in DEALS.items()
        ],
    )
    insert(path, "raw_bank_1c.documents", DOCUMENTS)
    insert(
        path,
        "raw_yandex_direct.campaigns",
        [
            {"login": "demo", "campaign_id": campaign, "name": name, "last_seen_at": SEEN}
            for campaign, (name, _, _) in CAMPAIGNS.items()
        ],
    )
    insert(
        path,
        "raw_yandex_direct.campaign_daily",
        [
            {
                "login": "demo",
                "currency": "RUB",
                "includes_vat": True,
                "is_provisional": False,
                "spend_on": day,
                "campaign_id": campaign,
                "campaign_name": name,
                "impressions": 1000,
                "clicks": 10,
                "cost_micros": roubles * 1_000_000,
                "is_empty_day": False,
            }
            for campaign, (name, day, roubles) in CAMPAIGNS.items()
        ],
    )
    insert(
        path,
        "raw_yandex_direct.campaign_names",
        [
            {
                "login": "demo",
                "campaign_id": 9104,
                "name": "Балконы",
                "valid_from": at("2025-04-01 00:00"),
            }
        ],
    )
    # two weeks, which are two half-lives, before deal 22
    insert(
        path,
        "raw_yandex_metrica.visits",
        [
            {
                "counter_id": "1",
                "visited_on": "2025-07-22",
                "visited_at": at("2025-07-22 09:00"),
                "visit_id": "v22",
                "client_id": "1750000000000000022",
                "traffic_source": "email",
                "utm_source": "sendsay",
                "utm_medium": "email",
                "is_empty_day": False,
            }
        ],
    )


def change(path: Path) -> None:
    """What happened to the raw rows, one thing to each customer."""
    with duckdb.connect(str(path)) as connection:
        # a UTM was deleted
        connection.execute(
            "update raw_amocrm.leads set custom_fields_values = ? where lead_id = 21",
            [_card(21, with_marks=False)],
        )
        # payments were moved before their deals
        connection.execute(
            "update raw_bank_1c.documents set booked_on = '2025-06-20' where document_key = 'm24'"
        )
        connection.execute(
            "update raw_bank_1c.documents set booked_on = '2025-05-20' where document_key = 'm25'"
        )
        # campaigns were renamed, and of one of them the old name is known
        connection.execute(
            "update raw_yandex_direct.campaigns set name = 'Лоджии' where campaign_id = 9104"
        )
        connection.execute(
            "update raw_yandex_direct.campaign_names set valid_to = ? where campaign_id = 9104",
            [at("2026-03-01 00:00")],
        )
        connection.execute(
            "update raw_yandex_direct.campaigns set name = 'Кровля' where campaign_id = 9105"
        )
    insert(
        path,
        "raw_yandex_direct.campaign_names",
        [
            {
                "login": "demo",
                "campaign_id": 9104,
                "name": "Лоджии",
                "valid_from": at("2026-03-01 00:00"),
            }
        ],
    )
    second_file = {"file_name": "second.txt", "line_number": 7}
    insert(
        path,
        "raw_bank_1c.documents",
        [
            # a payment came once more
            document("m22b", 22, "2025-08-20", "20000.01"),
            # a second file has the very same line
            document("m23", 23, "2025-09-20", "60000.00", **second_file),
            # half was given back, by a paper that names no invoice
            document(
                "m26r",
                26,
                "2026-03-20",
                "40000.00",
                direction="out",
                purpose="Возврат средств, без НДС",
                payer_account=OWN_ACCOUNT,
                payer_inn="7700000001",
                payer_name="ООО Ромашка",
                payee_account="40702810900000007726",
                payee_inn=inn(26),
                payee_name="ООО Заказчик 26",
            ),
        ],
    )
