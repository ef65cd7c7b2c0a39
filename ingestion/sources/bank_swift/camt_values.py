"""Values of a camt.053 element, its tags stripped of their namespace."""

from datetime import date
from decimal import Decimal
from typing import Any

from ingestion.bank_feed import as_amount
from ingestion.sources.bank_swift.statement import EntryError

Element = Any  # lxml's elements have no types of their own


def account_of(element: Element) -> str | None:
    """The number of an account: an IBAN, or what stands for it."""
    if element is None:
        return None
    found = text_of(element, "Id/IBAN") or text_of(element, "Id/Othr/Id")
    return "".join(found.split()) if found else None


def amount_of(element: Element, what: str) -> tuple[Decimal, str]:
    """An amount above zero and its currency."""
    text = element.text if element is not None else None
    try:
        amount = as_amount((text or "").strip())
    except (TypeError, ValueError):
        amount = None
    if not amount or amount < 0:
        raise EntryError(f'{what} "{text}" is not an amount above zero; expected e.g. 12000.50')
    return amount, element.get("Ccy") or ""


def detail_amount(detail: Element, currency: str) -> Decimal | None:
    """What a detail moved on the account: an amount in the account's currency."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        element = detail.find(path)
        if element is not None and element.get("Ccy") in (None, currency):
            return amount_of(element, f"TxDtls/{path}")[0]
    return None


def sign_of(entry: Element, detail: Element) -> int:
    """-1 where a detail says that it went the other way than its entry."""
    own = text_of(detail, "CdtDbtInd")
    return 1 if own in (None, text_of(entry, "CdtDbtInd")) else -1


def balance_of(statement: Element, kinds: tuple[str, ...]) -> Decimal | None:
    """The first balance of these kinds, negative where the account is overdrawn."""
    for kind in kinds:
        for balance in statement.findall("Bal"):
            if text_of(balance, "Tp/CdOrPrtry/Cd") == kind:
                try:
                    amount = as_amount((text_of(balance, "Amt") or "").strip())
                except (TypeError, ValueError):
                    return None
                is_debit = text_of(balance, "CdtDbtInd") == "DBIT"
                return -amount if amount is not None and is_debit else amount
    return None


def day_of(element: Element, *paths: str) -> date | None:
    """The first of the paths that is there, as a day; a moment counts in its own zone."""
    for path in paths:
        if text := (text_of(element, path) or "").strip():
            try:
                return date.fromisoformat(text[:10])
            except ValueError:
                raise EntryError(f'{path} "{text}" is not a day') from None
    return None


def text_of(element: Element, path: str) -> str | None:
    """The text at a path; None where it, or the element itself, is absent."""
    if element is None:
        return None
    found = element.find(path)
    return found.text if found is not None else None


def descendant_of(element: Element, name: str) -> str | None:
    """The text of the first element of that name at any depth."""
    found = element.find(f".//{name}") if element is not None else None
    return (found.text or "").strip() or None if found is not None else None
