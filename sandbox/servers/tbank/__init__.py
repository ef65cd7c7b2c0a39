"""A local T-API: statements of the company's accounts in T-Bank."""

from sandbox.servers.tbank.app import create_app
from sandbox.servers.tbank.faults import TbankFaults

__all__ = ["TbankFaults", "create_app"]
