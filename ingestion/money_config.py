"""``[money]`` and ``[attribution]`` of ``config/company.toml``.

Every field is the dbt variable of the same name, that of ``[attribution]`` behind
``attribution_``; ``dbt_project/dbt_project.yml`` says what each means to the models.
"""

from typing import Any, Literal

from pydantic import Field

from ingestion.sections import Section


class MoneySection(Section):
    """How payments are matched with deals, and where the cost of a sale stands."""

    # custom fields by name or code: the company's or contact's INN, the deal's cost of goods
    inn_field: str = Field(default="ИНН", min_length=1)
    cogs_field: str = Field(default="Себестоимость", min_length=1)
    # a payment by INN and sum is looked for so many days around the day the deal was closed
    match_days_before: int = Field(default=60, ge=0, le=3660)
    match_days_after: int = Field(default=30, ge=0, le=3660)
    # a number alone leads to a deal that was created at most so long before the payment
    invoice_age_months: int = Field(default=12, ge=1, le=120)

    def dbt_vars(self) -> dict[str, Any]:
        """The variables of the models, by name."""
        return self.model_dump()


class AttributionSection(Section):
    """Which touches share a payment, and by what weights."""

    lookback_days: int = Field(default=90, ge=1, le=3660)
    window_end: Literal["deal_creation", "first_payment"] = "deal_creation"
    # touches of one person and channel so close to each other are one
    session_minutes: int = Field(default=30, ge=0, le=1440)
    half_life_days: float = Field(default=7, gt=0, le=3660)
    # channels that the model last_non_direct passes over while a path has others
    weak_channels: tuple[str, ...] = ("direct", "unknown", "unassigned")
    # data-driven models need so many paths of the period, else they are withheld
    minimum_paths: int = Field(default=30, ge=1)
    bootstrap_rounds: int = Field(default=100, ge=0, le=10_000)

    def dbt_vars(self) -> dict[str, Any]:
        """The variables of the models, by name."""
        return {f"attribution_{name}": value for name, value in self.model_dump().items()}
