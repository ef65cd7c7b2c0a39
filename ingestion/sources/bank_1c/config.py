"""``[sources.bank_1c]`` of ``config/company.toml``."""

from ingestion.sections import SourceSection


class Bank1cSection(SourceSection):
    """Bank statements in the 1C exchange format, dropped into ``<data>/inbox/bank/``."""

    own_accounts: tuple[str, ...] = ()
