"""``[sources.amocrm]`` of ``config/company.toml``."""

from typing import Literal

from pydantic import Field, model_validator

from ingestion.sections import HttpSection


class AmocrmSection(HttpSection):
    """amoCRM account; see README.md beside this file."""

    base_url: str = ""
    auth: Literal["token", "oauth"] = "token"
    redirect_uri: str = ""
    requests_per_second: float = Field(default=7, gt=0, le=7)
    overlap_minutes: int = Field(default=10, ge=0)
    # Where the company keeps what amoCRM has no field for: names or codes of its custom fields.
    invoice_number_field: str = "Номер счёта"
    payment_date_field: str = "Дата оплаты"

    @model_validator(mode="after")
    def _complete(self) -> "AmocrmSection":
        if self.enabled and not self.base_url:
            raise ValueError("base_url is missing; expected e.g. https://example.amocrm.ru")
        if self.enabled and self.auth == "oauth" and not self.redirect_uri:
            raise ValueError('redirect_uri is missing; auth = "oauth" needs the integration\'s own')
        return self
