"""The same company's bank movements and advertising days, as the loaders leave them."""

from pathlib import Path
from typing import Any

from tests.dbt.raw_fixture import SEEN, insert


def _document(
    key: str, day: str, direction: str, amount: str, purpose: str, **more: Any
) -> dict[str, Any]:
    own = {"account": "40702810900000000001", "inn": "7700000001", "name": "ООО Ромашка"}
    other = {"account": "40702810900000009999", "inn": "7799999999", "name": "ООО Клиент"}
    payer, payee = (other, own) if direction == "in" else (own, other)
    sides = {f"payer_{k}": v for k, v in payer.items()} | {
        f"payee_{k}": v for k, v in payee.items()
    }
    return (
        {
            "document_key": key,
            "own_account": own["account"],
            "direction": direction,
            "booked_on": day,
            "document_number": key,
            "document_kind": "Платежное поручение",
            "amount": amount,
            "currency": "RUB",
            "purpose": purpose,
        }
        | sides
        | more
    )


def fill_money(path: Path) -> None:
    insert(
        path,
        "raw_bank_1c.documents",
        [
            _document("p1", "2026-01-19", "in", "120000.00", "Оплата по счету №101 от 15.01.2026"),
            _document("p2", "2026-01-26", "in", "20000.00", "Аванс, счёт 102. НДС 22%"),
            _document("p3", "2026-02-10", "in", "30000.00", "Доплата по сч. N 0102 без НДС"),
            _document("p4", "2026-02-20", "out", "5000.00", "Возврат по счету №102, брак"),
            # a contract is not an invoice
            _document("p5", "2026-02-11", "in", "7000.55", "Оплата по договору №101"),
            # two deals carry this number
            _document("p6", "2026-02-12", "in", "1000.00", "Оплата по счету 200"),
            _document("p7", "2026-02-13", "in", "3000.00", "По счету 112"),
            _document("p8", "2026-02-14", "out", "400.00", "Перевод", payee_inn="7700000001"),
            _document(
                "p9",
                "2026-02-15",
                "out",
                "99.90",
                "Комиссия за ведение счета",
                document_kind="Банковский ордер",
                payee_name="АО Банк",
            ),
            _document("p10", "2026-02-16", "out", "900.00", "Взнос", kbk="18201061201010000510"),
            _document("p11", "2026-02-17", "out", "50000.00", "Заработная плата за февраль"),
            _document("p12", "2026-02-18", "in", "12.34", "Проценты на остаток по счету"),
            _document("p13", "2026-02-19", "out", "777.00", "Оплата по счету 102 за бумагу"),
        ],
    )
    insert(
        path,
        "raw_yandex_direct.campaigns",
        [
            {
                "login": "demo",
                "campaign_id": 9001,
                "name": "Окна | Москва",
                "tracking_params": "utm_source=yandex&utm_medium=cpc&utm_campaign={campaign_id}",
                "last_seen_at": SEEN,
            }
        ],
    )
    day = {"login": "demo", "currency": "RUB", "includes_vat": True, "is_provisional": False}
    insert(
        path,
        "raw_yandex_direct.campaign_daily",
        [
            day
            | {
                "spend_on": spent_on,
                "campaign_id": 9001,
                "campaign_name": "Окна",
                "impressions": 1000,
                "clicks": 10,
                "cost_micros": micros,
                "is_empty_day": False,
            }
            for spent_on, micros in [
                ("2025-12-31", 1_200_000_000),
                ("2026-01-10", 10_000_000_000),
                ("2026-01-11", 2_000_500_000),
            ]
        ]
        + [day | {"spend_on": "2026-02-01", "is_empty_day": True}],
    )
