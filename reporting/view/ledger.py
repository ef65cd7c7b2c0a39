"""Every kopeck of spend and of customers' money by named buckets."""

from dataclasses import dataclass
from decimal import Decimal

from reporting.ratio import Ratio


@dataclass(frozen=True)
class LedgerRow:
    """``rows`` are rows of the source behind the amount."""

    kind: str
    rows: int
    amount: Decimal
    share: Ratio


@dataclass(frozen=True)
class Ledger:
    """``rows`` sum to ``total``, and with ``rounding`` to what the source itself ``told``."""

    rows: tuple[LedgerRow, ...]
    total: LedgerRow
    rounding: Decimal

    @property
    def told(self) -> Decimal:
        return self.total.amount + self.rounding


@dataclass(frozen=True)
class Ledgers:
    """None where the source is absent.

    ``spend`` is by the VAT policy. ``payments`` are customers' money and ``bank`` is all that the
    sources of payments told of, the customers' money being one of its rows: both with VAT.
    """

    spend: Ledger | None
    payments: Ledger | None
    bank: Ledger | None
