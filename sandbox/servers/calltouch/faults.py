"""Switches of the local Calltouch; reached as ``faults.of(CalltouchFaults)``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.simulation.calls import Journal


@dataclass
class CalltouchFaults:
    """What goes wrong, and when; a fresh one is an honest service."""

    timezone: str = "Europe/Moscow"  # the account's, as its personal account shows it
    values_as_text: bool = False  # "true" and "12" instead of true and 12
    repeat_last_of_page: bool = False  # every page begins with the last row of the one before
    # called before every page but the first: the diary moves while it is read
    between_pages: Callable[[Journal], None] | None = None
    garbled: dict[int, dict[str, Any]] = field(default_factory=dict)  # id -> replaced fields
    requests_as_object: bool = False  # the list wrapped, as no documentation says
    ignore_dates: bool = False  # requests of all days, whatever was asked
    no_total: bool = False
