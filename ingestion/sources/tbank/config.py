"""``[sources.tbank]`` of ``config/company.toml``."""

import re

from pydantic import Field, field_validator

from ingestion.sections import HttpSection


class TbankSection(HttpSection):
    """Accounts in T-Bank, read through T-API; see README.md beside this file."""

    base_url: str = "https://business.tbank.ru/openapi/api"
    requests_per_second: float = Field(default=4, gt=0, le=20)
    accounts: tuple[str, ...] = ()
    history_months: int = Field(default=12, ge=1, le=60)  # T-Bank has statements since June 2023
    # A hold becomes a payment with a past date after three or four days.
    lookback_days: int = Field(default=7, ge=7, le=90)

    @field_validator("accounts")
    @classmethod
    def _are_accounts(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if not re.fullmatch("[0-9]{20}|[0-9]{22}", value):
                raise ValueError(f'"{value}" is not a number of an account; expected 20 digits')
        if len({*values}) < len(values):
            raise ValueError("an account is named twice; leave one of the two")
        return values
