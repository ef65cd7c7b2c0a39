"""``[sources.currency_rates]`` of ``config/company.toml``."""

from pydantic import Field, field_validator

from ingestion.sections import HttpSection


class CurrencyRatesSection(HttpSection):
    """Daily rates of the bank of Russia, from its XML pages and from files."""

    base_url: str = "https://www.cbr.ru/scripts"
    requests_per_second: float = Field(default=2, gt=0, le=5)
    # False: only the files of <data>/inbox/rates/ are read and nothing is asked of the bank
    use_feed: bool = True
    currencies: tuple[str, ...] = ("USD", "EUR", "CNY", "KZT", "BYN")
    history_months: int = Field(default=36, ge=1, le=240)
    lookback_days: int = Field(default=14, ge=1, le=90)
    # A rate may stand in for so many days after the one it was set for before it counts as stale;
    # the bank rests for ten at New Year.
    carry_days: int = Field(default=10, ge=0)

    @field_validator("currencies")
    @classmethod
    def _codes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for code in value:
            if len(code) != 3 or not code.isascii() or not code.isupper():
                raise ValueError(f'"{code}" is not a currency; expected ISO 4217, e.g. USD')
        return tuple(dict.fromkeys(code for code in value if code != "RUB"))
