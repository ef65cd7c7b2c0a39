"""A local Calltouch: the diary of calls and the list of requests over a company's journal."""

from sandbox.servers.calltouch.app import create_app

__all__ = ["create_app"]
