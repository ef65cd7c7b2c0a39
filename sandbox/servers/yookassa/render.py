"""Objects as YooKassa's API v3 shows them: https://yookassa.ru/developers/api."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.simulation.acquiring import SHOP, OnlinePayment, OnlineRefund


def payment(found: OnlinePayment, refunded: Decimal) -> dict[str, Any]:
    """One payment; income_amount is there once the money is captured."""
    body: dict[str, Any] = {
        "id": found.id,
        "status": found.status,
        "amount": money(found.amount),
        "description": found.description,
        "recipient": {"account_id": SHOP, "gateway_id": "2089611"},
        "payment_method": {
            "type": found.method,
            "id": found.id,
            "saved": False,
            "title": "Bank card *4477",
        },
        "created_at": moment(found.created_at),
        "test": found.is_test,
        "refunded_amount": money(refunded),
        "paid": found.status in ("succeeded", "waiting_for_capture"),
        "refundable": found.status == "succeeded",
        "metadata": found.metadata,
    }
    if found.status == "succeeded" and found.captured_at is not None:
        body["captured_at"] = moment(found.captured_at)
        body["income_amount"] = money(found.income)
    if found.status == "canceled":
        body["cancellation_details"] = {"party": "merchant", "reason": "canceled_by_merchant"}
    return body


def refund(found: OnlineRefund) -> dict[str, Any]:
    """One refund."""
    return {
        "id": found.id,
        "payment_id": found.payment.id,
        "status": found.status,
        "created_at": moment(found.created_at),
        "amount": money(found.amount),
    }


def money(amount: Decimal) -> dict[str, str]:
    return {"value": f"{amount:.2f}", "currency": "RUB"}


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
