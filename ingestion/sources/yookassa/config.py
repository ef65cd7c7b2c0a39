"""``[sources.yookassa]`` of ``config/company.toml``."""

import re

from pydantic import Field, field_validator

from ingestion.sections import HttpSection


class YookassaSection(HttpSection):
    """Shops in YooKassa; see README.md beside this file."""

    base_url: str = "https://api.yookassa.ru/v3"
    requests_per_second: float = Field(default=5, gt=0, le=20)
    shops: tuple[str, ...] = ()  # shopId, digits
    # The key of a payment's metadata that the site puts the deal's id into.
    deal_id_key: str = "deal_id"
    history_months: int = Field(default=12, ge=1, le=36)  # YooKassa lists three years
    # A payment may be held for a week before it is captured.
    lookback_days: int = Field(default=10, ge=7, le=90)

    @field_validator("shops")
    @classmethod
    def _are_shops(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if not re.fullmatch("[0-9]{3,12}", value):
                raise ValueError(f'"{value}" is not a shopId; expected digits, e.g. "506751"')
        if len({*values}) < len(values):
            raise ValueError("a shop is named twice; leave one of the two")
        return values

    @field_validator("deal_id_key")
    @classmethod
    def _is_key(cls, value: str) -> str:
        # YooKassa's own bound; quotes would break the path the models look it up by
        if not re.fullmatch(r"[^\"'\\\[\]]{1,32}", value):
            raise ValueError(f'"{value}" is no key of metadata; expected up to 32 characters')
        return value
