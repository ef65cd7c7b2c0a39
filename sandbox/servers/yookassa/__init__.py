"""A local YooKassa: payments and refunds of the company's shop."""

from sandbox.servers.yookassa.app import create_app
from sandbox.servers.yookassa.faults import YookassaFaults

__all__ = ["YookassaFaults", "create_app"]
