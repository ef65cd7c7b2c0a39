"""An account in a bank abroad: a few customers of nobody's deal, and the bank's fees.

Added to a finished company and known to nobody who does not ask.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from sandbox.model import Company
from sandbox.simulation.clock import Clock

ACCOUNT = "KZ861250000000012345"
BANK_NAME, BANK_BIC = 'АО "Алтын Банк"', "ATYNKZKA"
CURRENCY = "RUB"
OPENING = Decimal("250000.00")
CUSTOMERS = (
    ("ТОО Астана Интерьер", "120440001234", "KZ441250000000077777"),
    ("ИП Сериков А.", "850101300123", "KZ211250000000055555"),
    ("ОсОО Бишкек Дом", "014567891234", "KG1234567890123456"),
)


@dataclass(frozen=True)
class ForeignMovement:
    """One movement on the account; ``amount`` is above zero."""

    reference: str
    day: date
    incoming: bool
    amount: Decimal
    name: str
    tax_number: str
    account: str
    purpose: str
    payment_class: str

    @property
    def signed(self) -> Decimal:
        return self.amount if self.incoming else -self.amount


def foreign_movements(company: Company) -> list[ForeignMovement]:
    """All movements in order of days; always the same for the same company."""
    rng, clock = Random(f"{company.spec.seed}:foreign_account"), Clock(company.spec)
    found = []
    months = sorted({(day.year, day.month) for day in clock.days})
    for year, month in months:
        for _ in range(rng.randint(2, 5)):
            day = clock.bank_day(date(year, month, rng.randint(1, 27)))
            name, tax_number, account = rng.choice(CUSTOMERS)
            amount = Decimal(rng.randint(1_000_000, 9_000_000)).scaleb(-2)
            purpose = f"Оплата за кухню по договору {rng.randint(11, 99)}-К. Без НДС"
            reference = f"KZ{rng.randrange(10**9):09d}"
            found.append(
                ForeignMovement(
                    reference, day, True, amount, name, tax_number, account, purpose,
                    "customer_payment",
                )
            )  # fmt: skip
        fee = Decimal(rng.randint(50_000, 150_000)).scaleb(-2)
        day, text = clock.bank_day(date(year, month, 28)), "Комиссия банка за ведение счета"
        reference = f"KZ{rng.randrange(10**9):09d}"
        found.append(
            ForeignMovement(reference, day, False, fee, BANK_NAME, "", "", text, "bank_fee")
        )
    kept = [movement for movement in found if movement.day <= clock.last_day]
    return sorted(kept, key=lambda movement: movement.day)
