"""A local UIS Data API 2.0: the account and three reports over a simulated company's journal."""

from sandbox.servers.uis.app import create_app

__all__ = ["create_app"]
