"""Rates of exchange, behind pages like the bank of Russia's."""

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.currency_rates import create_app


def config(company: Company, url: str) -> str:
    return section(
        "currency_rates",
        base_url=f"{url}/scripts",
        requests_per_second=5,
        currencies=["USD", "EUR", "KZT"],
        history_months=company.spec.months + 1,
    )


FEED = Feed("currency_rates", config, create_app)
