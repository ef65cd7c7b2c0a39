"""A local Yandex Metrica: a counter's settings and the Logs API over a company's visits."""

from sandbox.servers.yandex_metrica.app import create_app

__all__ = ["create_app"]
