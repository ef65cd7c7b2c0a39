"""A local Tochka: statements that are ordered, made and read."""

from sandbox.servers.tochka.app import create_app
from sandbox.servers.tochka.faults import TochkaFaults

__all__ = ["TochkaFaults", "create_app"]
