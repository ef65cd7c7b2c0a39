"""The catalogue of invoices: one for a part of the deals, with what is paid of it, and when."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from sandbox.model import Lead
from sandbox.simulation.cards import IMPORTED
from sandbox.simulation.clock import HOUR
from sandbox.simulation.crm_desk import Desk
from sandbox.simulation.crm_model import Catalog, Element
from sandbox.simulation.structure import INVOICE
from sandbox.simulation.world import ZERO

INVOICES, PRODUCTS = 4_001, 4_002
BILLED = 0.5  # of deals that have an invoice number
STATUSES = {
    "created": (95_001, "Создан"),
    "paid": (95_002, "Оплачен"),
    "partially_paid": (95_003, "Частично оплачен"),
    "paid_in_advance": (95_004, "Аванс"),
}
FIELDS = {
    "BILL_STATUS": (960_001, "Статус", "select"),
    "BILL_PAYMENT_DATE": (960_002, "Дата оплаты", "date"),
    "BILL_PRICE": (960_003, "Итоговая сумма к оплате", "monetary"),
    "ITEMS": (960_004, "Товары", "items"),
    "PAYER": (960_005, "Плательщик", "payer"),
    "BILL_VAT_TYPE": (960_006, "Тип НДС", "select"),
    "BILL_COMMENT": (960_007, "Комментарий", "text"),
}


def make_bills(desk: Desk) -> None:
    """Write the catalogues, the invoices, and the truth table ``crm_invoices``."""
    rng, crm = desk.stream("bills"), desk.crm
    begun = min((lead.created_at for lead in desk.company.leads), default=desk.now)
    crm.catalogs += [
        Catalog(INVOICES, "Счета/покупки", begun, "invoices"),
        Catalog(PRODUCTS, "Товары", begun, "products", 20),
    ]
    crm.elements += [
        Element(desk.next_id(rng), PRODUCTS, name, begun, begun, 0, _price_only(price))
        for name, price in (("Кухня «Лофт»", 210_000), ("Столешница", 18_500.5), ("Монтаж", 12_000))
    ]
    crm.truth["crm_invoices"] = []
    paid = _paid(desk)
    for lead in desk.leads:
        number = next((f.values[0]["value"] for f in lead.custom_fields if f.field_id == INVOICE),
                      None)  # fmt: skip
        # numbers of the years before were never in the catalogue
        is_old = IMPORTED in lead.tags
        if number is not None and not is_old and rng.random() < BILLED:
            _bill(desk, rng, lead, str(number), paid.get(lead.id, []))


def _paid(desk: Desk) -> dict[int, list[tuple[date, Decimal]]]:
    """What the bank got for each deal, by day, refunds included."""
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in desk.company.truth.get("payments", []):
        if row["deal_id"] is not None:
            found[row["deal_id"]].append((row["booked_on"], row["amount"]))
    return found


def _bill(
    desk: Desk, rng: Random, lead: Lead, number: str, receipts: list[tuple[date, Decimal]]
) -> None:
    price = lead.price or Decimal(rng.randint(50_000, 300_000)).quantize(ZERO)
    income = [(day, amount) for day, amount in receipts if amount > 0]
    total = sum((amount for _, amount in income), ZERO)
    status = "created" if not income else "paid" if total >= price else "partially_paid"
    if status == "partially_paid" and rng.random() < 0.4:
        status = "paid_in_advance"
    paid_on = max(day for day, _ in income) if income else None
    issued = min(desk.added_at(lead) + rng.randint(HOUR, 30 * HOUR), desk.now)
    touched = issued
    if paid_on is not None:
        touched = max(issued, desk.clock.midnight(paid_on) + 12 * HOUR)
    element = Element(
        desk.next_id(rng), INVOICES, f"Счёт № {number}", issued, min(touched, desk.now),
        lead.responsible_user_id, _fields(desk, rng, lead, status, paid_on, price),
        is_deleted=rng.choice((None, False, False)), lead_id=lead.id,
        quantity=rng.choice((1, 1, 1.0)),
    )  # fmt: skip
    desk.crm.elements.append(element)
    desk.crm.truth["crm_invoices"].append(
        {
            "invoice_id": element.id,
            "deal_id": lead.id,
            "status": status,
            "price": price,
            "paid_on": paid_on,
        }
    )


def _fields(
    desk: Desk, rng: Random, lead: Lead, status: str, paid_on: date | None, price: Decimal
) -> list[dict[str, Any]]:
    enum_id, text = STATUSES[status]
    # accounts that renamed a status by hand have lost its code
    code = status if rng.random() < 0.9 else None
    unit = {"sku": "K-1", "description": "Кухонный гарнитур", "unit_price": float(price),
            "quantity": 1, "unit_type": "шт", "discount": {"type": "amount", "value": 0},
            "vat_rate_id": 0, "total_sum": float(price), "external_uid": ""}  # fmt: skip
    values: dict[str, Any] = {
        "BILL_STATUS": {"value": text, "enum_id": enum_id, "enum_code": code},
        "BILL_PRICE": {"value": str(price)},  # numbers as strings
        "ITEMS": {"value": unit},
    }
    if paid_on is not None:
        values["BILL_PAYMENT_DATE"] = {"value": desk.clock.midnight(paid_on)}
    firm = desk.firms.get(lead.company_id or 0)
    if firm is not None:
        vat_id = firm.custom_fields[0].values[0]["value"]
        payer = {"name": firm.name, "entity_type": "companies", "entity_id": firm.id,
                 "vat_id": vat_id, "kpp": "771401001"}  # fmt: skip
        values["PAYER"] = {"value": payer}
    return [_field(code_, value) for code_, value in values.items()]


def _field(code: str, value: dict[str, Any]) -> dict[str, Any]:
    field_id, name, kind = FIELDS[code]
    return {
        "field_id": field_id,
        "field_name": name,
        "field_code": code,
        "field_type": kind,
        "values": [value],
    }


def _price_only(price: float) -> list[dict[str, Any]]:
    return [
        {
            "field_id": 960_101,
            "field_name": "Цена",
            "field_code": "PRICE",
            "field_type": "price",
            "values": [{"value": str(price)}],
        }
    ]
