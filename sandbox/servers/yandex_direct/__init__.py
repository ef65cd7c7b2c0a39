"""A local Yandex Direct API v5: campaigns and reports over a simulated company's cabinet."""

from sandbox.servers.yandex_direct.app import create_app

__all__ = ["create_app"]
