"""Inquiries of people, new and repeated."""

from dataclasses import dataclass
from typing import Literal

from reporting.ratio import Ratio

InquiryClass = Literal["new", "new_after_window", "repeat_within_window", "repeat_open"]
Window = Literal["configured", "7", "30", "90"]


@dataclass(frozen=True)
class InquiryRow:
    kind: InquiryClass | Window
    count: int
    share: Ratio


@dataclass(frozen=True)
class Inquiries:
    """Inbound ones. ``windows``: how many of them are leads, by the length of the window."""

    total: int
    classes: tuple[InquiryRow, ...]
    windows: tuple[InquiryRow, ...]
