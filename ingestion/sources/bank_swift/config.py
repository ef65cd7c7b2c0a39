"""``[sources.bank_swift]`` of ``config/company.toml``."""

from ingestion.sections import SourceSection


class BankSwiftSection(SourceSection):
    """Statements in camt.053 and MT940, dropped into ``<data>/inbox/bank/``."""
