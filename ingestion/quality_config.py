"""``[quality]`` of ``config/company.toml``.

Every field is the dbt variable of the same name behind ``quality_``: ``dbt_project.yml`` says what
each means to the models, docs/quality.md which rule looks at it.
"""

from typing import Annotated, Any

from pydantic import Field

from ingestion.sections import Section

# what people write where no price is agreed yet
PLACEHOLDERS = (1, 2, 3, 5, 10, 11, 100, 111, 123, 1000, 1111, 1234, 9999, 99999, 123456, 999999)


class QualitySection(Section):
    """From where on a way of keeping deals is a breach of discipline."""

    placeholder_prices: tuple[Annotated[int, Field(gt=0)], ...] = PLACEHOLDERS
    # a price that one person alone writes so often
    placeholder_repeats: int = Field(default=5, ge=2)
    # findings of what nobody can undo leave the list after so many days
    recent_days: int = Field(default=90, ge=1, le=3660)
    payment_grace_days: int = Field(default=14, ge=0, le=3660)
    payment_tolerance_percent: float = Field(default=1, ge=0, lt=100)
    price_cut_days: int = Field(default=7, ge=0, le=365)
    price_cut_percent: float = Field(default=10, gt=0, lt=100)
    # a task is put off too much by either of the two
    postponed_shifts: int = Field(default=3, ge=1)
    postponed_days: int = Field(default=14, ge=0, le=3660)
    busy_stage_contacts: int = Field(default=4, ge=1)
    inquiry_grace_hours: int = Field(default=24, ge=0, le=8760)
    # working time
    inquiry_sla_minutes: int = Field(default=60, ge=0, le=43_200)
    # an entry point is compared with the same weekday of so many weeks before
    silent_weeks: int = Field(default=8, ge=1, le=52)
    silent_minimum: int = Field(default=3, ge=1)
    silent_days: int = Field(default=30, ge=1, le=366)
    spend_window_days: int = Field(default=30, ge=1, le=366)
    spend_minimum: int = Field(default=5000, ge=0)
    # names or ids of those who are no managers: the administrator, an integration
    service_users: tuple[Annotated[str, Field(min_length=1, coerce_numbers_to_str=True)], ...] = ()
    user_minimum_deals: int = Field(default=10, ge=1)
    defaulted_dates_share: float = Field(default=0.8, gt=0, le=1)
    first_stage_share: float = Field(default=0.6, gt=0, le=1)
    postponed_share: float = Field(default=0.3, gt=0, le=1)

    def dbt_vars(self) -> dict[str, Any]:
        """The variables of the models, by name."""
        return {f"quality_{name}": value for name, value in self.model_dump().items()}
