"""Purposes of payments: real wordings with the invoice number among decoys."""

from datetime import date
from decimal import Decimal
from random import Random

from sandbox.simulation.world import inn

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip


def purpose(rng: Random, form: str, day: date, amount: Decimal, *, issued: date | None = None,
            invoice: int | None = None) -> str:  # fmt: skip
    """Fill a form of ``sandbox.vocabulary``.

    Contract and act numbers stay below 1000, so no invoice ever has them; suppliers' own invoice
    numbers are given as ``А-…``, which no deal's invoice is.
    """
    rate = vat_rate(day)
    vat = (amount * rate / (100 + rate)).quantize(Decimal("0.01"))
    n = f"А-{rng.randint(100, 999)}" if invoice is None else spell(rng, invoice)
    return form.format(
        n=n, issued=f"{issued or day:%d.%m.%Y}", day=f"{day:%d.%m.%Y}", rate=rate, vat=vat,
        vat_dash=str(vat).replace(".", "-"), sum=amount, sum_dash=str(amount).replace(".", "-"),
        contract=f"{rng.randint(11, 999)}-К", small=rng.randint(11, 999), inn=inn(rng, 10),
        month=f"{MONTHS[day.month - 1]} {day.year} г.",
    )  # fmt: skip


def spell(rng: Random, invoice: int) -> str:
    """The number as payers type it."""
    return rng.choices((f"{invoice}", f"{invoice:06d}", f"СЧ-{invoice}"), weights=(16, 2, 2))[0]


def vat_rate(day: date) -> int:
    """Percent; 22 from 2026-01-01 by law 425-FZ, 20 before."""
    return 22 if day.year >= 2026 else 20
