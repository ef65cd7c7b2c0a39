"""Words that several parts of the view model share."""

from typing import Literal

Language = Literal["ru", "en"]
VatPolicy = Literal["gross", "net"]
# How well a sum of customer money is explained, best first.
Explained = Literal["known", "unassigned", "no_source", "no_deal"]
