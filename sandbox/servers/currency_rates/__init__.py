"""The bank of Russia's pages of rates."""

from sandbox.servers.currency_rates.app import create_app
from sandbox.servers.currency_rates.faults import RatesFaults

__all__ = ["RatesFaults", "create_app"]
