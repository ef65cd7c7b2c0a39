"""The bank of Russia's rates: set on working days for the day after, none on Sunday or Monday."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from sandbox.model import Company
from sandbox.simulation.clock import Clock

_BEFORE = 90  # days of rates before the company's first day
_STEP = Decimal("0.0001")
# For the days after a holiday no rate is set: nobody worked the day before.
_AFTER_HOLIDAYS = {(1, day) for day in range(2, 10)} | {
    (2, 24), (3, 9), (5, 2), (5, 10), (6, 13), (11, 5),
}  # fmt: skip


@dataclass(frozen=True)
class Currency:
    """A currency of the bank's list; ``start`` is what ``nominal`` units cost at first."""

    bank_id: str
    number: str
    code: str
    nominal: int
    name: str
    start: Decimal


CURRENCIES = (
    Currency("R01235", "840", "USD", 1, "Доллар США", Decimal("81.5")),
    Currency("R01239", "978", "EUR", 1, "Евро", Decimal("94.2")),
    Currency("R01375", "156", "CNY", 1, "Юань", Decimal("11.4")),
    Currency("R01335", "398", "KZT", 100, "Тенге", Decimal("15.6")),
    Currency("R01090B", "933", "BYN", 1, "Белорусский рубль", Decimal("27.3")),
    Currency("R01717", "860", "UZS", 10000, "Узбекских сумов", Decimal("67.9")),
)


def set_rates(company: Company) -> dict[str, dict[date, Decimal]]:
    """By currency and the day it was set for: roubles for the currency's nominal, four decimals."""
    clock = Clock(company.spec)
    days = [clock.first_day + timedelta(days=n) for n in range(-_BEFORE, len(clock.days) + 1)]
    found: dict[str, dict[date, Decimal]] = {}
    for currency in CURRENCIES:
        rng = Random(f"{company.spec.seed}:currency_rates:{currency.code}")
        value = float(currency.start)
        found[currency.code] = rates = {}
        for day in days:
            if day.weekday() in (6, 0) or (day.month, day.day) in _AFTER_HOLIDAYS:
                continue
            value *= rng.lognormvariate(0, 0.006)
            rates[day] = Decimal(value).quantize(_STEP, ROUND_HALF_UP)
    return found


def in_force(rates: dict[date, Decimal], on: date) -> tuple[date, Decimal] | None:
    """The rate used on a day, and the day it was set for; None before the first one."""
    days = [day for day in rates if day <= on]
    return (max(days), rates[max(days)]) if days else None


def in_roubles(
    amount: Decimal, currency: Currency, rates: dict[date, Decimal], on: date
) -> Decimal:
    """An amount by the rate of the day, to the kopeck, half away from zero."""
    found = in_force(rates, on)
    assert found is not None
    exact = amount * found[1] / currency.nominal
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
