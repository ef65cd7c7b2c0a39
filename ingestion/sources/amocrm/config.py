"""``[sources.amocrm]`` of ``config/company.toml``."""

from typing import Literal

from pydantic import Field, model_validator

from ingestion.sections import HttpSection, Section

MAIN = "main"


class AccountSection(Section):
    """One account: ``[[sources.amocrm.accounts]]``.

    ``name`` is the company's own word for it: a part of its secrets' names and of its token file.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    base_url: str = Field(min_length=1)
    auth: Literal["token", "oauth"] = "token"
    redirect_uri: str = ""

    @model_validator(mode="after")
    def _complete(self) -> "AccountSection":
        if self.auth == "oauth" and not self.redirect_uri:
            raise ValueError('redirect_uri is missing; auth = "oauth" needs the integration\'s own')
        return self


class AmocrmSection(HttpSection):
    """amoCRM accounts; see README.md beside this file."""

    # One account is described here, several by ``accounts``.
    base_url: str = ""
    auth: Literal["token", "oauth"] = "token"
    redirect_uri: str = ""
    accounts: tuple[AccountSection, ...] = ()
    requests_per_second: float = Field(default=7, gt=0, le=7)
    overlap_minutes: int = Field(default=10, ge=0)
    # Requests under way at once: an answer takes 0.2-0.5 s, so one by one a second would see three.
    requests_ahead: int = Field(default=8, ge=1, le=32)
    # A long first load is committed every so many pages (250 cards each): the most that a crash
    # repeats. At seven pages a second a thousand take two and a half minutes.
    pages_per_commit: int = Field(default=1000, ge=1)
    full_scan_days: int = Field(default=7, ge=1)
    talks_per_run: int = Field(default=500, ge=0)  # each costs a request
    # Types of events to load; none named: every type, which the feed of conversations needs too.
    event_types: tuple[str, ...] = ()
    # Where the company keeps what amoCRM has no field for: names or codes of its custom fields.
    invoice_number_field: str = "Номер счёта"
    payment_date_field: str = "Дата оплаты"

    @model_validator(mode="after")
    def _complete(self) -> "AmocrmSection":
        if self.accounts:
            if self.base_url:
                raise ValueError(
                    "base_url beside [[sources.amocrm.accounts]]; give every account its own block"
                )
            for key in ("name", "base_url"):
                values = [getattr(account, key) for account in self.accounts]
                if len(set(values)) < len(values):
                    raise ValueError(f"two accounts have the same {key}; each needs its own")
        elif self.enabled:
            if not self.base_url:
                raise ValueError("base_url is missing; expected e.g. https://example.amocrm.ru")
            if self.auth == "oauth" and not self.redirect_uri:
                raise ValueError(
                    'redirect_uri is missing; auth = "oauth" needs the integration\'s own'
                )
        return self

    @property
    def every_account(self) -> tuple[AccountSection, ...]:
        """The accounts in the order of the file: the first is the main one."""
        if self.accounts:
            return self.accounts
        alone = AccountSection.model_construct(
            name=MAIN, base_url=self.base_url, auth=self.auth, redirect_uri=self.redirect_uri
        )
        return (alone,)
