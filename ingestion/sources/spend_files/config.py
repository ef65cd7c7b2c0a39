"""``[sources.spend_files]`` of ``config/company.toml``."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from ingestion.sections import SourceSection


class SpendFilesSection(SourceSection):
    """Spend of platforms without an API, as files in ``<data>/inbox/spend/``.

    What a row does not say is taken from here.
    """

    currency: str = Field(default="RUB", pattern="^[A-Z]{3}$")
    # whether costs include VAT: incl, excl (VAT comes on top), none (not subject to VAT)
    vat_mode: Literal["incl", "excl", "none"] = "incl"
    # a share of the net amount, e.g. "0.05"; by default the common rate of the day
    vat_rate: Decimal | None = Field(default=None, ge=0, le=Decimal("0.5"))
