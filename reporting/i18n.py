"""Wording and number formats of the page's language.

Source strings are English; ``html/locale/<language>/LC_MESSAGES/messages.po`` translates them and
is read when a page is rendered, so there is nothing to compile.
"""

import gettext as stdlib_gettext
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    format_compact_decimal,
    format_decimal,
    format_percent,
    get_currency_symbol,
)

from reporting.view import Language

LOCALES = Path(__file__).parent / "html" / "locale"
NBSP = "\N{NO-BREAK SPACE}"


def read_catalog(language: Language) -> Catalog:
    """The translations of one language as Babel parsed them."""
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@dataclass(frozen=True)
class Wording:
    """Says things in one language; amounts are in one currency."""

    language: Language
    currency: str

    @cached_property
    def translations(self) -> stdlib_gettext.NullTranslations:
        if self.language == "en":
            return stdlib_gettext.NullTranslations()
        compiled = io.BytesIO()
        write_mo(compiled, read_catalog(self.language))
        compiled.seek(0)
        return stdlib_gettext.GNUTranslations(compiled)

    def gettext(self, message: str) -> str:
        return self.translations.gettext(message)

    @cached_property
    def symbol(self) -> str:
        # Russian CLDR data has the sign of the rouble; English would spell it as a code
        return str(get_currency_symbol(self.currency, locale="ru"))

    def count(self, value: int) -> str:
        return _minus(format_decimal(value, format="#,##0", locale=self.language))

    def amount(self, value: Decimal) -> str:
        """To the kopeck, without the currency's sign."""
        return _minus(format_decimal(value, format="#,##0.00", locale=self.language))

    def money(self, value: Decimal) -> str:
        """To the kopeck, with the currency's sign."""
        return self._signed(self.amount(value))

    def compact(self, value: Decimal) -> str:
        """Three significant digits or so, for labels in charts."""
        return self._signed(self.compact_number(value))

    def compact_number(self, value: Decimal) -> str:
        """The same without the currency's sign."""
        text = format_compact_decimal(value, locale=self.language, fraction_digits=1)
        return _minus(text.replace(" ", NBSP))

    def percent(self, value: Decimal) -> str:
        return _minus(format_percent(value, format=self._percent_pattern, locale=self.language))

    def whole_percent(self, value: Decimal) -> str:
        """Without a fraction, for the ticks of an axis."""
        pattern = self._percent_pattern.replace(".0", "")
        return _minus(format_percent(value, format=pattern, locale=self.language))

    def change(self, value: Decimal) -> str:
        """An amount with its sign, to the kopeck: nothing changed is a plain zero."""
        return f"{'+' if value > 0 else ''}{self.amount(value)}"

    def compact_change(self, value: Decimal) -> str:
        """Three significant digits or so, with both signs."""
        return f"{'+' if value > 0 else ''}{self.compact(value)}"

    def points(self, value: Decimal) -> str:
        """A difference of two shares, in percentage points with its sign."""
        rounded = round(value * 100, 1)
        number = format_decimal(abs(rounded), format="0.0", locale=self.language)
        sign = "+" if rounded > 0 else "-" if rounded < 0 else ""
        return _minus(self._unit(self.gettext("%(number)s pp"), f"{sign}{number}"))

    def days(self, value: Decimal) -> str:
        """So many days, with a tenth where they are few."""
        pattern = "0.#" if value < 10 else "0"
        return self._unit(self.gettext("%(number)s days"), self._number(value, pattern))

    def decimal(self, value: Decimal) -> str:
        """A plain ratio with two digits."""
        return _minus(format_decimal(value, format="#,##0.00", locale=self.language))

    def day(self, value: date) -> str:
        return format_date(value, format=self._day_pattern, locale=self.language)

    def month(self, value: date) -> str:
        text = format_date(value, format="LLLL yyyy", locale=self.language)
        return text[:1].upper() + text[1:]

    def short_month(self, value: date) -> str:
        names = Locale.parse(self.language).months["stand-alone"]["abbreviated"]
        return f"{names[value.month].rstrip('.')}{NBSP}{value.year % 100:02d}"

    def age(self, value: timedelta) -> str:
        """How long ago, in the largest unit that fits: "3 days ago"."""
        text = format_timedelta(
            -value, granularity="hour", threshold=1, add_direction=True, locale=self.language
        )
        return text.replace(" ", NBSP)

    def duration(self, seconds: Decimal | int, *, is_working: bool = False) -> str:
        """In the unit that reads best; working time only in hours, for a working day has 9."""
        hours = Decimal(seconds) / 3600
        if hours < 1 and not is_working:
            return self._unit(self.gettext("%(number)s min"), self._number(hours * 60, "0"))
        if is_working:
            return self._unit(self.gettext("%(number)s working h"), self._number(hours, "0.#"))
        if hours < 24:
            return self._unit(self.gettext("%(number)s h"), self._number(hours, "0"))
        return self._unit(self.gettext("%(number)s days"), self._number(hours / 24, "0.0"))

    def moment(self, value: datetime) -> str:
        """An aware datetime, to the minute, in the zone it carries."""
        pattern = f"{self._day_pattern} HH:mm"
        return format_datetime(value, format=pattern, locale=self.language, tzinfo=value.tzinfo)

    def _number(self, value: Decimal, pattern: str) -> str:
        return str(format_decimal(value, format=pattern, locale=self.language))

    def _unit(self, text: str, number: str) -> str:
        return (text % {"number": number}).replace(" ", NBSP)

    @property
    def _percent_pattern(self) -> str:
        return f"#,##0.0{NBSP}%" if self.language == "ru" else "#,##0.0%"

    @property
    def _day_pattern(self) -> str:
        return "dd.MM.yyyy" if self.language == "ru" else "d MMM yyyy"

    def _signed(self, text: str) -> str:
        return f"{text}{NBSP}{self.symbol}" if self.language == "ru" else f"{self.symbol}{text}"


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")
