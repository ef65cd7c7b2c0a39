"""A local amoCRM, API v4, over a simulated company."""

from sandbox.servers.amocrm.app import create_app

__all__ = ["create_app"]
