"""Values of the format: money, days, parties. What cannot be read raises ``FieldError``."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ingestion.sources.bank_1c.frame import clean_account

_MONEY = re.compile(r"([0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)(?:[.,]([0-9]{1,2}))?")
_MAX_WHOLE_DIGITS = 14  # so that sums of a hundred such fit DECIMAL(18,2)
_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})(?:[ T][0-9:.]*)?")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T].*)?")
_NO_DAY = re.compile(r"[0.\-:/ ]*")  # "00.00.0000" and "  .  .    " stand for an empty day
_YEARS = range(1990, 2100)
_INN_PREFIX = re.compile(
    r"^ИНН\s*([0-9]{10,12})\s*(?:[/\\,]?\s*КПП\s*[0-9]{9})?[\s,/]*", re.IGNORECASE
)


class FieldError(ValueError):
    """One field of one document cannot be read; the text is the reason shown to a person."""


@dataclass(frozen=True)
class Party:
    """Payer or payee; ``accounts`` are all account numbers given for it, the plain one first."""

    accounts: tuple[str, ...]
    inn: str | None
    kpp: str | None
    name: str | None
    bic: str | None

    @property
    def account(self) -> str | None:
        return self.accounts[0] if self.accounts else None


def read_money(key: str, text: str) -> Decimal:
    """Roubles and kopecks, never negative; raises ``FieldError``.

    A comma may stand for the point and blanks may part thousands; anything else is refused rather
    than guessed at.
    """
    match = _MONEY.fullmatch(text.strip())
    whole = re.sub(r"[^0-9]", "", match[1]) if match else ""
    if match is None or len(whole.lstrip("0")) > _MAX_WHOLE_DIGITS:
        raise FieldError(f'{key} "{text[:80]}" is not an amount; expected e.g. 12000.50')
    return Decimal(f"{whole}.{match[2] or '00'}").quantize(Decimal("0.01"))


def read_balance(text: str | None) -> Decimal | None:
    """A balance or a total, which may be negative (overdraft); None when absent or spoilt."""
    try:
        if text and text.startswith("-"):
            return -read_money("", text[1:])
        return read_money("", text) if text else None
    except FieldError:
        return None


def read_day(key: str, text: str | None) -> date | None:
    """A day, dd.mm.yyyy (or ISO), a time after it ignored; None when empty.

    Raises ``FieldError`` on anything else, also on years that no statement can have.
    """
    if text is None or _NO_DAY.fullmatch(text):
        return None
    if match := _DAY.fullmatch(text):
        day, month, year = match.groups()
    elif match := _ISO_DAY.fullmatch(text):
        year, month, day = match.groups()
    else:
        raise FieldError(f'{key} "{text[:80]}" is not a day; expected dd.mm.yyyy')
    try:
        if int(year) not in _YEARS:
            raise ValueError
        return date(int(year), int(month), int(day))
    except ValueError:
        raise FieldError(f'{key} "{text[:80]}" is not a day that exists') from None


def read_day_or_none(text: str | None) -> date | None:
    """The same for days that nothing depends on: a spoilt one counts as absent."""
    try:
        return read_day("", text)
    except FieldError:
        return None


def read_party(fields: dict[str, str], role: str) -> Party:
    """Payer or payee of a document; ``Плательщик`` is often "ИНН 77… ООО …", so both names help."""
    accounts = (
        clean_account(fields.get(f"{role}_{key}", "")) for key in ("account", "settlement_account")
    )
    names = [fields.get(f"{role}_{key}", "") for key in ("name", "full_name")]
    prefix = next((found for name in names if (found := _INN_PREFIX.match(name))), None)
    name = next((bare for name in names if (bare := _INN_PREFIX.sub("", name, count=1))), "")
    return Party(
        accounts=tuple(dict.fromkeys(account for account in accounts if account)),
        inn=read_code(fields.get(f"{role}_inn")) or (prefix[1] if prefix else None),
        kpp=read_code(fields.get(f"{role}_kpp")),
        name=name or None,
        bic=read_code(fields.get(f"{role}_bic")),
    )


def read_code(text: str | None) -> str | None:
    """An identifier without meaning in blanks; "0" is the banks' way to leave it empty."""
    cleaned = (text or "").replace(" ", "")
    return cleaned if cleaned.strip("0") else None
