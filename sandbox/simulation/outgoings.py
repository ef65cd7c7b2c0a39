"""Movements that are nobody's payment for a kitchen: suppliers, wages, taxes, fees, transfers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.simulation.wording import purpose
from sandbox.simulation.world import inn
from sandbox.vocabulary import COMPANY_INN, COMPANY_NAME, SUPPLIERS, TAXES

if TYPE_CHECKING:
    from sandbox.simulation.ledger import Ledger

Party = tuple[str, str, str]  # name, INN, account

BANKS = (('АО "ТЕСТБАНК"', "7710140679"), ('ПАО "ПРОМБАНК"', "7744000912"))
FEE_ACCOUNTS = ("70601810200001210200", "70601810500002710201")
TREASURY = ("Казначейство России (ФНС России)", "7727406020", "03100643000000018500")
LEAST_INCOME = Decimal(400_000)  # a month is never dead: rent and wages go on


def book_all(ledger: Ledger) -> None:
    """Book every month of the period; amounts follow the month's income."""
    rng = ledger.rng
    suppliers = [
        ((name, inn(rng, 10), f"40702810{rng.randrange(10**12):012d}"), form)
        for name, form in SUPPLIERS
    ]
    for year, month in sorted({(day.year, day.month) for day in ledger.world.clock.days}):
        income = max(ledger.income[year, month], LEAST_INCOME)
        _supplies(ledger, year, month, income, suppliers)
        _wages_and_taxes(ledger, year, month, income)
        _bank(ledger, year, month)
        _transfers(ledger, year, month, income)


def _day(ledger: Ledger, year: int, month: int, day: int) -> date | None:
    """The booking day, if it has come."""
    booked = ledger.world.clock.bank_day(date(year, month, day))
    return booked if booked <= ledger.world.clock.last_day else None


def _part(ledger: Ledger, money: Decimal, low: float, high: float) -> Decimal:
    share = Decimal(str(round(ledger.rng.uniform(low, high), 6)))
    return (money * share).quantize(Decimal("0.01"))


def _supplies(ledger: Ledger, year: int, month: int, income: Decimal,
              suppliers: list[tuple[Party, str]]) -> None:  # fmt: skip
    rng = ledger.rng
    count = rng.randint(9, 16)
    for _ in range(count):
        day = _day(ledger, year, month, rng.randint(1, 28))
        party, form = rng.choice(suppliers)
        amount = _part(ledger, income / count, 0.25, 0.8)
        if day is None:
            continue
        text = purpose(rng, form, day, amount)
        ledger.book(ledger.movement(day, amount, party=party, text=text), "other_out")
        back = _day(ledger, year, month, 28)
        if rng.random() < 0.05 and back is not None and back >= day:
            text = (
                f"Возврат ошибочно перечисленных денежных средств по п/п № {rng.randint(11, 999)}"
            )
            returned = ledger.movement(back, amount, party=party, text=text, incoming=True)
            ledger.book(returned, "other_in")


def _wages_and_taxes(ledger: Ledger, year: int, month: int, income: Decimal) -> None:
    rng = ledger.rng
    for due, share in ((10, 0.09), (25, 0.07)):
        if day := _day(ledger, year, month, due):
            bank = (*BANKS[1], "47422810300000000017")
            text = f"Перечисление заработной платы по реестру № {rng.randint(1, 99)} от {day:%d.%m.%Y}. НДС не облагается"  # noqa: E501
            amount = _part(ledger, income, share * 0.9, share)
            ledger.book(ledger.movement(day, amount, party=bank, text=text, account=1), "salary")
    for (form, kbk), share in zip(TAXES, (0.08, 0.001), strict=True):
        if day := _day(ledger, year, month, 28):
            amount = _part(ledger, income, share * 0.9, share).quantize(Decimal(1))
            extra = {
                "СтатусСоставителя": "01", "ПоказательКБК": kbk, "ОКАТО": "45000000",
                "ПоказательОснования": "0", "ПоказательПериода": "0", "ПоказательНомера": "0",
                "ПоказательДаты": "0", "Код": "0",
            }  # fmt: skip
            text = purpose(rng, form, day, amount)
            tax = ledger.movement(
                day, amount.quantize(Decimal("0.01")), party=TREASURY, text=text, account=1,
                extra=extra,
            )  # fmt: skip
            ledger.book(tax, "tax")


def _bank(ledger: Ledger, year: int, month: int) -> None:
    """Fees of both banks, several a month, and interest on the balance."""
    rng = ledger.rng
    for account, (name, vat_id) in enumerate(BANKS):
        party = (name, vat_id, FEE_ACCOUNTS[account])
        for text, low, high in (
            ("Комиссия за ведение счета", 99000, 249000),
            (
                "Комиссия за переводы физ. лицам согласно тарифам банка. НДС не облагается",
                1500,
                90000,
            ),
            ("Комиссия за СМС-информирование", 9900, 9900),
        ):
            if day := _day(ledger, year, month, rng.randint(1, 28)):
                fee = ledger.movement(
                    day, Decimal(rng.randint(low, high)).scaleb(-2), party=party, text=text,
                    account=account, kind="Банковский ордер",
                )  # fmt: skip
                ledger.book(fee, "bank_fee")
    if day := _day(ledger, year, month, 28):
        text = "Выплата процентов на неснижаемый остаток по договору банковского счета"
        amount = Decimal(rng.randint(50_000, 900_000)).scaleb(-2)
        interest = ledger.movement(
            day, amount, party=(*BANKS[0], "47426810000000000001"), text=text, incoming=True,
            kind="Банковский ордер",
        )  # fmt: skip
        ledger.book(interest, "loan_deposit_interest")


def _transfers(ledger: Ledger, year: int, month: int, income: Decimal) -> None:
    """Money moved between the own accounts: once out of one, once into the other."""
    rng, accounts = ledger.rng, ledger.world.company.own_accounts
    for due in (8, 23):
        if day := _day(ledger, year, month, due):
            amount = _part(ledger, income, 0.11, 0.14)
            number, text = str(rng.randint(1, 9999)), "Перевод собственных средств. Без НДС"
            for account in (0, 1):
                party = (COMPANY_NAME, COMPANY_INN, accounts[1 - account])
                side = ledger.movement(
                    day, amount, party=party, text=text, incoming=account == 1, account=account,
                    number=number,
                )  # fmt: skip
                ledger.book(side, "own_transfer")
