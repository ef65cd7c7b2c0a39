"""``[funnel]`` of ``config/company.toml``: what the company calls a mass change, a working day, …

Every field is the dbt variable of the same name; ``dbt_project/dbt_project.yml`` says what each
means to the models.
"""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from ingestion.sections import Section


class FunnelSection(Section):
    """Bounds by which the funnel's history is judged."""

    mass_change_minimum_deals: int = Field(default=5, ge=2)
    mass_change_gap_seconds: int = Field(default=5, ge=0, le=3600)
    click_through_moves: int = Field(default=3, ge=2)
    click_through_seconds: int = Field(default=120, ge=1)
    instant_seconds: int = Field(default=60, ge=1)
    norm_minimum_stays: int = Field(default=10, ge=1)
    sla_warning_percent: int = Field(default=80, ge=1, le=100)
    chain_gap_days: int = Field(default=3, ge=0, le=365)
    conversion_weeks: int = Field(default=53, ge=1)
    forecast_prior_strength: int = Field(default=10, ge=0)
    identity_maximum_contacts: int = Field(default=10, ge=1)
    lint_days: int = Field(default=365, ge=1)
    # hours of the company's zone, 9.5 is half past nine
    working_day_start: float = Field(default=9, ge=0, lt=24)
    working_day_end: float = Field(default=18, gt=0, le=24)
    # ISO weekdays that are worked where the production calendar says nothing: 1 is Monday
    working_weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (1, 2, 3, 4, 5)
    # a deal's custom field of a helper, by name or code -> the role
    role_fields: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _day_has_hours(self) -> Self:
        if self.working_day_start >= self.working_day_end:
            raise ValueError(
                f"working_day_start {self.working_day_start:g} is not before working_day_end"
                f" {self.working_day_end:g}"
            )
        return self

    def dbt_vars(self) -> dict[str, Any]:
        """The variables of the models, by name."""
        return self.model_dump()
