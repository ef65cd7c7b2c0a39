"""A shop's book written by hand, and loads of it into a real DuckDB file."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from ingestion.pipeline import Loaded
from ingestion.settings import Settings
from ingestion.sources.yookassa import SOURCE, build
from sandbox.running import Services
from sandbox.simulation.acquiring import SHOP, OnlinePayment, OnlineRefund, OnlineSales
from tests.ingestion import bank_company
from tests.ingestion.scripted import FakeClock

FIRST, TODAY = date(2026, 8, 1), date(2026, 10, 31)


def at(text: str) -> datetime:
    """``"2026-10-30 12:00"`` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def payment(key: str, created: str, amount: str = "1000.00", **more: Any) -> OnlinePayment:
    """A payment captured a minute later, of which the acquirer keeps 3.5 %."""
    whole = Decimal(amount)
    created_at = at(created)
    captured_at = created_at + timedelta(minutes=1)
    income = whole - (whole * Decimal("0.035")).quantize(Decimal("0.01"))
    return OnlinePayment(
        **{
            "id": key,
            "amount": whole,
            "income": income,
            "created_at": created_at,
            "captured_at": captured_at,
            "description": f"Заказ {key}",
            "method": "bank_card",
            **more,
        }
    )


def sales(services: Services) -> OnlineSales:
    """The shop's book; a test may write in it."""
    book: OnlineSales = services.app("yookassa").state.shop.sales
    return book


def fill(services: Services) -> None:
    """Sixty payments, one a day and a half, a test, a canceled one, two refunds."""
    book = sales(services)
    start = at("2026-08-02 09:00")
    book.payments[:] = [
        payment(f"p{n:02}", (start + timedelta(hours=36 * n)).isoformat(" ")[:16])
        for n in range(60)
    ]
    first = book.payments[0]
    first.metadata = {"deal_id": "77", "заказ №": "5"}
    book.payments += [
        payment("test", "2026-10-30 10:00", is_test=True),
        payment("canceled", "2026-10-30 11:00", status="canceled", captured_at=None),
    ]
    book.refunds[:] = [
        OnlineRefund("r0", first, Decimal("250.50"), at("2026-08-05 10:00")),
        OnlineRefund("r1", book.payments[59], Decimal("1000.00"), at("2026-10-30 10:00")),
    ]


def settings_for(services: Services, folder: Path, *shops: str, **section: Any) -> Settings:
    return bank_company.settings_for(
        folder,
        "yookassa",
        **{
            "base_url": services.url("yookassa") + "/v3",
            "shops": shops or (SHOP,),
            "history_months": 2,  # one round
            **section,
        },
    )


def load(settings: Settings, page: int = 100, as_of: datetime | None = None) -> Loaded:
    make = partial(build, clock=FakeClock(), page=page)
    return bank_company.load(SOURCE, settings, make, as_of)


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    return bank_company.query(settings, "raw_yookassa", sql)


def problems(settings: Settings) -> list[tuple[Any, ...]]:
    return bank_company.query(settings, "raw_yookassa", SOURCE.problems)
