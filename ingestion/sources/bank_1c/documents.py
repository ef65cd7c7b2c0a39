"""Document sections to rows of ``raw_bank_1c.documents``, or to the reason why not."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ingestion.bank_feed import currency_of, natural_key
from ingestion.sources.bank_1c.direction import Direction, Evidence, OwnAccounts, View, find_views
from ingestion.sources.bank_1c.frame import Section
from ingestion.sources.bank_1c.keys import fold
from ingestion.sources.bank_1c.values import (
    FieldError,
    Party,
    read_code,
    read_day,
    read_day_or_none,
    read_money,
    read_party,
)


@dataclass(frozen=True)
class Document:
    """A movement of money on one own account; ``amount`` is positive, ``direction`` signs it."""

    own_account: str
    direction: Direction
    direction_rule: str
    booked_on: date
    document_number: str
    document_date: date | None
    document_kind: str | None
    amount: Decimal
    currency: str
    payer: Party
    payee: Party
    purpose: str | None
    kbk: str | None
    line_number: int
    raw: dict[str, Any]
    is_one_of_two_views: bool

    def natural_key(self) -> tuple[str, ...]:
        """What makes it this movement whatever file or feed it comes in, but for its occurrence."""
        other = self.payer if self.direction == "in" else self.payee
        return natural_key(
            *(self.own_account, self.direction, self.booked_on, self.document_number),
            *(self.amount, other.account or other.inn, self.purpose),
        )


def read_documents(section: Section, own: OwnAccounts, default_currency: str) -> list[Document]:
    """The row of a section; two rows for a transfer between own accounts that the file sees twice.

    Raises:
        FieldError: the section is damaged, or a field that money depends on cannot be read.
    """
    if section.damage:
        raise FieldError(f"{section.damage}; download the statement again")
    fields = section.fields
    amount, amount_sign = _amount(fields)
    payer, payee = read_party(fields, "payer"), read_party(fields, "payee")
    days = {name: read_day(key, fields.get(name)) for name, key in _DAY_KEYS.items()}
    evidence = Evidence(
        is_debited=days["debited_on"] is not None,
        is_credited=days["credited_on"] is not None,
        is_amount_out=amount_sign == "out",
        is_amount_in=amount_sign == "in",
    )
    views = find_views(payer, payee, evidence, own)
    document_date = read_day_or_none(fields.get("date"))
    return [
        Document(
            own_account=view.own_account,
            direction=view.direction,
            direction_rule=view.rule,
            booked_on=_booking_day(view, days, document_date, fields),
            document_number=fields.get("number", ""),
            document_date=document_date,
            document_kind=_kind(section),
            amount=amount,
            currency=currency_of(view.own_account, fields.get("currency"), default_currency),
            payer=payer,
            payee=payee,
            purpose=_purpose(fields),
            kbk=read_code(fields.get("kbk")),
            line_number=section.line,
            raw=section.raw,
            is_one_of_two_views=len(views) > 1,
        )
        for view in views
    ]


_DAY_KEYS = {
    "debited_on": "ДатаСписано",
    "credited_on": "ДатаПоступило",
    "operation_date": "ДатаОперации",
}
_AMOUNT_KEYS = {"amount": "Сумма", "amount_out": "СуммаРасход", "amount_in": "СуммаПриход"}


def _amount(fields: dict[str, str]) -> tuple[Decimal, Direction | None]:
    amounts = {
        name: amount
        for name, key in _AMOUNT_KEYS.items()
        if name in fields and (amount := read_money(key, fields[name]))
    }
    if len({*amounts.values()}) > 1:
        raise FieldError(f"{' and '.join(_AMOUNT_KEYS[name] for name in amounts)} differ")
    if not amounts:
        given = fields.get("amount")
        found = f'Сумма "{given}"' if given else "Сумма is missing"
        raise FieldError(f"{found}; expected an amount above zero, e.g. 12000.50")
    signs: list[Direction] = []
    if "amount_out" in amounts:
        signs.append("out")
    if "amount_in" in amounts:
        signs.append("in")
    return next(iter(amounts.values())), signs[0] if len(signs) == 1 else None


def _booking_day(
    view: View, days: dict[str, date | None], document_date: date | None, fields: dict[str, str]
) -> date:
    own_day = days["credited_on" if view.direction == "in" else "debited_on"]
    booked_on = own_day or days["operation_date"] or document_date
    if booked_on is None:
        read_day("Дата", fields.get("date"))
        raise FieldError("ДатаСписано, ДатаПоступило and Дата are empty; expected dd.mm.yyyy")
    return booked_on


def _kind(section: Section) -> str | None:
    kind = "" if fold(section.kind) == "выписка" else section.kind
    return kind or section.fields.get("kind") or section.kind or None


def _purpose(fields: dict[str, str]) -> str | None:
    """The purpose, which stands in one key, in six numbered ones, or in both, whole or in part."""
    whole = fields.get("purpose", "")
    lines = (fields.get(f"purpose_{n}", "") for n in range(1, 7))
    numbered = " ".join(line for line in lines if line)
    bare_whole, bare_numbered = "".join(whole.split()), "".join(numbered.split())
    if bare_numbered in bare_whole:
        return whole or None
    if bare_numbered.startswith(bare_whole):
        return numbered
    return f"{whole} {numbered}"
