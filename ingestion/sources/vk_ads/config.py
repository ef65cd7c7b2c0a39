"""``[sources.vk_ads]`` of ``config/company.toml``."""

from typing import Any

from pydantic import Field, field_validator, model_validator

from ingestion.sections import HttpSection, Section


class Cabinet(Section):
    """One advertiser; a cabinet of an agency's client names the client as the agency sees it."""

    # goes into the names of secrets and files, therefore letters, digits and underscores
    name: str = Field(pattern="^[A-Za-z][A-Za-z0-9_]*$")
    agency_client_name: str = ""
    agency_client_id: int | None = None
    currency: str = Field(default="", pattern="^([A-Z]{3})?$")

    @model_validator(mode="after")
    def _one_client(self) -> "Cabinet":
        if self.agency_client_name and self.agency_client_id is not None:
            raise ValueError(
                f"cabinet {self.name} has both agency_client_name and agency_client_id; leave one"
            )
        return self


class VkAdsSection(HttpSection):
    """VK Ads cabinets; see README.md beside this file."""

    base_url: str = "https://ads.vk.com"
    requests_per_second: float = Field(default=4, gt=0, le=20)
    timeout_seconds: float = Field(default=60, gt=0)  # a quarter of 200 objects is megabytes
    cabinets: tuple[Cabinet, ...] = ()
    history_days: int = Field(default=365, ge=1, le=1096)
    # How far back days are asked for again, because figures are corrected afterwards: every run,
    # once in seven days, once in thirty.
    lookback_days: int = Field(default=7, ge=3, le=90)
    weekly_lookback_days: int = Field(default=30, ge=3, le=365)
    monthly_lookback_days: int = Field(default=90, ge=3, le=365)
    banner_days: bool = True
    costs_include_vat: bool = True
    currency: str = Field(default="", pattern="^([A-Z]{3})?$")
    page_size: int = Field(default=50, ge=1, le=250)
    drop_tokens_when_full: bool = False

    @field_validator("cabinets", mode="before")
    @classmethod
    def _named_shortly(cls, value: Any) -> Any:
        """A cabinet of one's own is its name alone: ``cabinets = ["main"]``."""
        if not isinstance(value, list | tuple):
            return value
        return [{"name": cabinet} if isinstance(cabinet, str) else cabinet for cabinet in value]

    @field_validator("cabinets")
    @classmethod
    def _each_once(cls, value: tuple[Cabinet, ...]) -> tuple[Cabinet, ...]:
        names = [cabinet.name.lower() for cabinet in value]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two cabinets are called {name}; give each a name of its own")
        return value

    @property
    def lookbacks(self) -> tuple[int, int, int]:
        """Days back every run, every week, every month; the rarer never goes back less far."""
        week = max(self.lookback_days, self.weekly_lookback_days)
        return self.lookback_days, week, max(week, self.monthly_lookback_days)
