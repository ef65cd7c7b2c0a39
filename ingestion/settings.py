"""The only reader of the environment, of ``config/company.toml`` and of secrets.

Nothing here touches the network, and no secret is read until a resource asks for it by name,
so that importing the project never needs one.
"""

import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

import dlt
from pydantic import Field, ValidationError, create_model, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion import registry
from ingestion.delivery_config import DeliverySection
from ingestion.errors import ConfigError, MissingSecretError
from ingestion.funnel_config import FunnelSection
from ingestion.money_config import AttributionSection, MoneySection
from ingestion.quality_config import QualitySection
from ingestion.sections import Section, SourceSection

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("DLT_PROJECT_DIR", str(ROOT))  # .dlt is found whatever the working folder


S = TypeVar("S", bound=SourceSection)


class CompanySection(Section):
    """Who the company is: these settle days, money and the language of what the owner sees."""

    name: str
    timezone: str = "Europe/Moscow"
    currency: str = Field(default="RUB", pattern="^[A-Z]{3}$")
    language: Literal["ru", "en"] = "ru"
    # two letters of the country whose numbers are written without a country code
    phone_region: str = Field(default="RU", pattern="^[A-Z]{2}$")
    # one policy for what was spent and for what came in
    vat_policy: Literal["gross", "net"] = "gross"
    # a ratio that rests on a smaller share of the month's customer money is withheld
    minimum_coverage: Decimal = Field(default=Decimal("0.5"), ge=0, le=1)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError) as error:
            raise ValueError(f'"{value}" is not an IANA zone, e.g. Europe/Moscow') from error
        return value


class CompanyConfig(Section):
    """The whole of ``config/company.toml``, checked; ``sources`` has a field a source."""

    company: CompanySection
    funnel: FunnelSection = Field(default_factory=FunnelSection)
    money: MoneySection = Field(default_factory=MoneySection)
    attribution: AttributionSection = Field(default_factory=AttributionSection)
    quality: QualitySection = Field(default_factory=QualitySection)
    delivery: DeliverySection = Field(default_factory=DeliverySection)
    sources: Section

    def __reduce__(self) -> Any:
        # the class is made for the sources there are, so another process has to make it again
        return check_company_config, (self.model_dump(),)


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SKVOZ_", env_file=ROOT / ".env", extra="ignore")

    data_dir: Path = ROOT / "data"
    config: Path = ROOT / "config" / "company.toml"
    as_of: datetime | None = None
    min_free_mb: int = Field(default=300, ge=0)
    run_retries: int = Field(default=2, ge=0, le=10)
    lock_wait_seconds: float = Field(default=120, ge=0)
    # sources whose smaller volume a person has looked at and accepts, separated by commas
    accept_less: str = ""


@dataclass(frozen=True)
class Settings:
    """Where things lie and what the company switched on."""

    data_dir: Path
    config_path: Path
    company_config: CompanyConfig
    as_of: datetime | None = None
    min_free_mb: int = 300
    run_retries: int = 2
    lock_wait_seconds: float = 120
    accept_less: frozenset[str] = frozenset()

    @property
    def company(self) -> CompanySection:
        return self.company_config.company

    @property
    def model_vars(self) -> dict[str, Any]:
        """What the sections but company and sources tell the models, by variable."""
        config = self.company_config
        sections = (config.funnel, config.money, config.attribution, config.quality)
        return {name: value for section in sections for name, value in section.dbt_vars().items()}

    @property
    def delivery(self) -> DeliverySection:
        return self.company_config.delivery

    @property
    def sources(self) -> Section:
        return self.company_config.sources

    def section(self, kind: type[S]) -> S:
        """The checked settings of one source, by the class that describes them."""
        for name in type(self.sources).model_fields:
            found = getattr(self.sources, name)
            if isinstance(found, kind):
                return found
        raise ConfigError(f"no source has settings of the form {kind.__name__}; is it registered?")

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.company.timezone)

    def now(self) -> datetime:
        """The moment the data is cut at, UTC: the clock's, or ``SKVOZ_AS_OF`` for a replay."""
        return self.as_of or datetime.now(UTC)

    @property
    def warehouse_path(self) -> Path:
        return self.data_dir / "warehouse.duckdb"

    @property
    def published_dir(self) -> Path:
        return self.data_dir / "published"

    @property
    def reports_dir(self) -> Path:
        return self.data_dir / "reports"

    @property
    def inbox_dir(self) -> Path:
        return self.data_dir / "inbox"

    @property
    def state_dir(self) -> Path:
        """Things that must survive a run and are not analytics: rotated tokens, locks."""
        return self.data_dir / "state"


def load_settings() -> Settings:
    """Read the environment and the company's file.

    Raises:
        ConfigError: the file is absent, is not TOML, or a field is wrong; the text names the field.
    """
    try:
        env = _Environment()
    except ValidationError as error:
        name, problem = _first_error(error).split(": ", 1)
        raise ConfigError(f"environment, SKVOZ_{name.upper()}: {problem}") from None
    if env.as_of is not None and env.as_of.tzinfo is None:
        raise ConfigError("SKVOZ_AS_OF has no zone; expected e.g. 2026-10-31T20:00:00+00:00")
    return Settings(
        data_dir=env.data_dir.expanduser().absolute(),
        config_path=env.config,
        company_config=read_company_config(env.config),
        as_of=env.as_of,
        min_free_mb=env.min_free_mb,
        run_retries=env.run_retries,
        lock_wait_seconds=env.lock_wait_seconds,
        accept_less=frozenset(env.accept_less.replace(",", " ").split()),
    )


def read_company_config(path: Path) -> CompanyConfig:
    """Parse and check one ``company.toml``."""
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such file; start from config/company.toml of the repository"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML ({error})") from None
    try:
        return check_company_config(data)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_first_error(error)}") from None


def check_company_config(data: dict[str, Any]) -> CompanyConfig:
    """The file's content against every source's own section.

    Raises:
        pydantic.ValidationError: a key or a value is wrong.
    """
    sections: dict[str, Any] = {
        name: (spec.section, Field(default_factory=spec.section))
        for name, spec in registry.discover().items()
    }
    sources = create_model("Sources", __base__=Section, **sections)
    whole: Any = create_model(
        "Company", __base__=CompanyConfig, sources=(sources, Field(default_factory=sources))
    )
    checked: CompanyConfig = whole.model_validate(data)
    return checked


def secret(source: str, key: str, owner: str = "") -> str:
    """One secret of one source, from the environment or ``.dlt/secrets.toml``.

    Args:
        owner: the cabinet or account that it opens; its own secret wins over the source's common
            one, so that a company with one token for everything says it once.

    Raises:
        MissingSecretError: it is not set; the text names the variable and the file, never a value.
    """
    value = dlt.secrets.get(f"sources.{source}.{owner}.{key}") if owner else None
    value = value or dlt.secrets.get(f"sources.{source}.{key}")
    if not value:
        variable = f"SOURCES__{source}__{key}".upper()
        raise MissingSecretError(
            f"{source}: secret {key} is not set; put it into the environment as {variable} "
            f"or into .dlt/secrets.toml under [sources.{source}]"
        )
    return str(value)


def delivery_secret(key: str) -> str | None:
    """A secret of ``[delivery]``: telegram_token, smtp_user or smtp_password; None where not set.

    From the environment (``DELIVERY__TELEGRAM_TOKEN``) or ``.dlt/secrets.toml``.
    """
    value = dlt.secrets.get(f"delivery.{key}")
    return str(value) if value else None


def _first_error(error: ValidationError) -> str:
    # input values are left out on purpose: a secret pasted into the wrong place must not be echoed
    first = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{field}: {first['msg']}"
