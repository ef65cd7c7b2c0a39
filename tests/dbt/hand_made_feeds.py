"""The hand-made company's money once more, as banks' services and an acquirer tell of it."""

from pathlib import Path
from typing import Any

from tests.dbt.hand_made_money import fill_money
from tests.dbt.raw_fixture import SEEN, at, insert

OWN = "40702810900000000001"
SECOND = "40702810900000000002"
CLIENT = "40702810900000009999"


def _sides(direction: str, account: str, other: str, inn: str, name: str) -> dict[str, Any]:
    own, theirs = ("payee", "payer") if direction == "in" else ("payer", "payee")
    return {
        f"{own}_account": account,
        f"{own}_inn": "7700000001",
        f"{own}_name": "ООО Ромашка",
        f"{theirs}_account": other,
        f"{theirs}_inn": inn,
        f"{theirs}_name": name,
    }


def operation(
    key: str, day: str, direction: str, amount: str, purpose: str, **more: Any
) -> dict[str, Any]:
    """A row of ``raw_tbank.operations`` on the account that statement files are of as well."""
    sides = {"account": OWN, "other": CLIENT, "inn": "7799999999", "name": "ООО Клиент"}
    chosen = {name: more.pop(name, value) for name, value in sides.items()}
    return {
        "account_number": chosen["account"],
        "booked_on": day,
        "operation_key": f"t-{key}",
        "operation_id": f"id-{key}",
        "operation_status": "Transaction",
        "direction": direction,
        "document_number": key,
        "vo": "01",
        "amount": amount,
        "currency": "RUB",
        "purpose": purpose,
        "is_empty_day": False,
        "requested_at": SEEN,
        **_sides(direction, **chosen),
        **more,
    }


def payment(key: str, captured: str, amount: str, **more: Any) -> dict[str, Any]:
    """A row of ``raw_yookassa.payments``: captured, with three roubles of a hundred kept."""
    return {
        "shop_id": "5",
        "created_on": captured[:10],
        "payment_id": key,
        "status": "succeeded",
        "is_test": False,
        "amount": amount,
        "currency": "RUB",
        "income_amount": str(round(float(amount) * 0.97, 2)),
        "income_currency": "RUB",
        "metadata": "{}",
        "created_at": at(captured),
        "captured_at": at(captured),
        "is_empty_day": False,
        "requested_at": SEEN,
    } | more


def fill_banks(path: Path) -> None:
    """T-Bank has the first account from 10 to 20 February, Tochka another one from its start."""
    insert(
        path,
        "raw_tbank.operations",
        [
            # as in the file: p3 worded otherwise, p5, p6 twice; p7 is not here at all
            operation("p3", "2026-02-10", "in", "30000.00", "ДОПЛАТА по сч. N 0102  Без НДС"),
            operation("p5", "2026-02-11", "in", "7000.55", "Оплата по договору №101"),
            operation("p6", "2026-02-12", "in", "1000.00", "Оплата по счету 200"),
            operation("p6b", "2026-02-12", "in", "55.00", "Оплата", document_number="77"),
            operation("p4", "2026-02-20", "out", "5000.00", "Возврат по счету №102, брак"),
            operation("hold", "2026-02-13", "out", "70.00", "", operation_status="Authorization"),
            operation("broken", "2026-02-13", "in", "1.00", "x", malformed_reason="12к"),
            # over to the second account, and fees that only a category tells
            operation(
                "own", "2026-02-16", "out", "2500.00", "Пополнение", other=SECOND, inn="",
                name="", category="selfTransferOuter",
            ),
            operation("fee", "2026-02-16", "out", "10.00", "По тарифу", category="fee"),
            {"account_number": OWN, "booked_on": "2026-02-14", "is_empty_day": True},
            # what the acquirer sent: of days before its feed began, and of days that it covers
            operation("s0", "2026-02-17", "in", "400.00", "Реестр", name='НКО "ЮМани" (ООО)'),
            operation("s1", "2026-02-18", "in", "484.00", "Реестр", name='НКО "ЮМани" (ООО)'),
        ],
    )  # fmt: skip
    insert(
        path,
        "raw_tochka.transactions",
        [
            {
                "account_number": SECOND,
                "booked_on": "2026-02-17",
                "transaction_key": f"o-{status}",
                "status": status,
                "direction": "in",
                "document_number": "own",
                "transaction_type": "Платежное поручение",
                "amount": "2500.00",
                "currency": "RUB",
                "purpose": "Пополнение",
                "is_empty_day": False,
                "requested_at": SEEN,
                **_sides("in", SECOND, OWN, "7700000001", "ООО Ромашка"),
            }
            for status in ("Booked", "Pending")
        ],
    )
    insert(
        path,
        "raw_bank_swift.documents",
        [
            {
                "document_key": f"w-{status}",
                "own_account": "KZ1",
                "direction": "in",
                "status": status,
                "booked_on": "2026-02-03",
                "document_number": "R1",
                "amount": "100.00",
                "currency": currency,
                "purpose": "Payment for goods",
                "entry_number": 1,
            }
            for status, currency in (("BOOK", "EUR"), ("PDNG", "EUR"))
        ],
    )


def fill_acquirer(path: Path) -> None:
    """A shop held from 17 February on: a payment of deal 3, one of nobody's, a refund."""
    insert(
        path,
        "raw_yookassa.payments",
        [
            payment("y1", "2026-02-17 09:00", "400.00", metadata='{"deal_id": "3"}'),
            payment("y2", "2026-02-17 20:00", "100.00", description="Мойка"),
            # after midnight of Moscow, and not settled yet
            payment("y3", "2026-02-18 21:30", "200.00", metadata='{"deal_id": "nobody\'s"}'),
            payment("test", "2026-02-17 09:00", "999.00", is_test=True),
            payment("held", "2026-02-17 09:00", "999.00", status="waiting_for_capture"),
        ],
    )
    empty = {"shop_id": "5", "is_empty_day": True}
    insert(
        path,
        "raw_yookassa.refunds",
        [
            {
                "shop_id": "5",
                "created_on": "2026-02-17",
                "refund_id": "r1",
                "payment_id": "y1",
                "status": "succeeded",
                "amount": "1.00",
                "currency": "RUB",
                "created_at": at("2026-02-17 12:00"),
                "is_empty_day": False,
                "requested_at": SEEN,
            },
            *(empty | {"created_on": f"2026-02-{day}"} for day in (18, 19, 20)),
        ],
    )


def fill_all(path: Path) -> None:
    """Files, banks and the acquirer, into tables that are there already."""
    fill_money(path)
    fill_banks(path)
    fill_acquirer(path)
