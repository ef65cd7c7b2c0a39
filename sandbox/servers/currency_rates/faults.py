"""What goes wrong with the bank's pages, and when."""

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass
class RatesFaults:
    """Switches of the bank's pages; a fresh one is the honest bank.

    ``bodies`` answer the next requests as they are. ``hidden`` are (currency, day) pairs that lost
    their rate, ``rewritten`` those that got another one. ``unlisted`` currencies are in no list of
    a day. ``has_unit_rates`` False: the pages are those of before VunitRate.
    """

    bodies: deque[bytes] = field(default_factory=deque)
    hidden: set[tuple[str, date]] = field(default_factory=set)
    rewritten: dict[tuple[str, date], Decimal] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    has_unit_rates: bool = True
