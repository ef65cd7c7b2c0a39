"""``[sources.tochka]`` of ``config/company.toml``."""

import re

from pydantic import Field, field_validator

from ingestion.sections import HttpSection


class TochkaSection(HttpSection):
    """Accounts in Tochka, read through its open-banking API; see README.md beside this file."""

    base_url: str = "https://enter.tochka.com/uapi"
    requests_per_second: float = Field(default=2, gt=0, le=10)
    accounts: tuple[str, ...] = ()  # as the bank names them: account/BIC
    history_months: int = Field(default=12, ge=1, le=60)
    lookback_days: int = Field(default=7, ge=1, le=90)
    # How long a statement may be in the making; the next run asks for the same one.
    statement_minutes: int = Field(default=15, ge=1, le=240)

    @field_validator("accounts")
    @classmethod
    def _are_accounts(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if not re.fullmatch("[0-9]{20}/[0-9]{9}", value):
                raise ValueError(
                    f'"{value}" is not an account of Tochka; expected its 20 digits, a slash and '
                    "the bank's BIC, e.g. 40702810900000000001/044525104"
                )
        if len({*values}) < len(values):
            raise ValueError("an account is named twice; leave one of the two")
        return values
