"""What goes wrong at the local Tochka, and when; a test flips these while it runs."""

from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.simulation.bank_api import Operation


@dataclass
class TochkaFaults:
    """A fresh one is an honest bank."""

    errors: deque[int] = field(default_factory=deque)  # statuses of the next answers
    bodies: deque[bytes] = field(default_factory=deque)  # the next answers, word for word
    looks_before_ready: int = 0  # answers Created and Processing before Ready
    never_ready: bool = False
    failing_statements: int = 0  # so many ordered statements end in Error
    forgets: bool = False  # statements ordered before are gone, as after a day
    has_balances: bool = True
    nests_balances: bool = False  # a balance is {amount, currency}
    closing_shift: Decimal = Decimal(0)  # what the closing balance is wrong by
    dropped: set[str] = field(default_factory=set)  # ids that the bank has taken back
    memorial: set[str] = field(default_factory=set)  # ids not yet shown as payment orders
    rewritten: dict[str, dict[str, Any]] = field(default_factory=dict)  # id -> other fields
    added: list[Operation] = field(default_factory=list)
