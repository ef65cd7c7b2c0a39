"""The shop's online payments, behind a service that speaks YooKassa's API v3."""

from datetime import date
from typing import Any

import pyarrow as pa
from starlette.applications import Starlette

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.yookassa import create_app
from sandbox.simulation.acquiring import SHOP, online_sales
from sandbox.simulation.clock import Clock
from sandbox.truth import MONEY


def config(company: Company, url: str) -> str:
    months = company.spec.months + 1
    return section("yookassa", base_url=f"{url}/v3", shops=[SHOP], history_months=months)


def secrets(app: Starlette) -> dict[str, str]:
    return {"SOURCES__YOOKASSA__SECRET_KEY": app.state.key}


def truth(company: Company) -> dict[str, pa.Table]:
    """``online_payments``: what customers paid and got back online, and what the acquirer kept.

    Their deals' ``paid_amount`` in the company's own truth does not know of them.
    """
    columns = {
        "payment_id": pa.string(),
        "payment_class": pa.string(),
        "booked_on": pa.date32(),
        "amount": MONEY,
        "fee": MONEY,
        "deal_id": pa.int64(),
    }
    return {
        "online_payments": pa.Table.from_pylist(_rows(company), schema=pa.schema(columns.items()))
    }


def _rows(company: Company) -> list[dict[str, Any]]:
    zone, sales = Clock(company.spec).zone, online_sales(company)
    rows: list[dict[str, Any]] = []

    def add(key: str, kind: str, day: date, **more: Any) -> None:
        rows.append({"payment_id": key, "payment_class": kind, "booked_on": day, **more})

    for payment in sales.payments:
        if payment.is_money and payment.captured_at is not None:
            day = payment.captured_at.astimezone(zone).date()
            fee = payment.amount - payment.income
            add(
                *(payment.id, "customer_payment", day),
                amount=payment.amount,
                fee=fee,
                deal_id=payment.deal_id,
            )
    for refund in sales.refunds:
        day = refund.created_at.astimezone(zone).date()
        add(
            *(refund.id, "customer_refund", day),
            amount=-refund.amount,
            deal_id=refund.payment.deal_id,
        )
    return rows


FEED = Feed("yookassa", config, create_app, secrets, truth=truth)
