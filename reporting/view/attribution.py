"""One revenue, shared between channels by several models."""

from dataclasses import dataclass
from decimal import Decimal

from reporting.ratio import Ratio, Why


@dataclass(frozen=True)
class ModelColumn:
    """``coverage`` is the share of money whose channel the model knows."""

    model: str
    coverage: Ratio


@dataclass(frozen=True)
class ChannelShares:
    """Shares of all net revenue, in the order of the models shown."""

    channel: str
    title: str
    shares: tuple[Decimal, ...]

    @property
    def low(self) -> Decimal:
        return min(self.shares)

    @property
    def high(self) -> Decimal:
        return max(self.shares)


@dataclass(frozen=True)
class Attribution:
    """``withheld`` are models that say too little, each with its reason.

    ``net`` is the same under every model; ``deals`` are the paying ones, ``rows`` the channels.
    """

    net: Decimal | None
    deals: int
    models: tuple[ModelColumn, ...]
    rows: tuple[ChannelShares, ...]
    withheld: tuple[tuple[str, Why], ...]
    totals: tuple[Decimal, ...]  # of every model, withheld ones too
