"""Whose money a document moves, and which way.

Neither accounts nor days are enough alone: banks mask accounts in some statements and fill both
days, or none, in others. Together they made every complete statement tried tie to its totals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ingestion.sources.bank_1c.values import FieldError, Party

Direction = Literal["in", "out"]


@dataclass(frozen=True)
class View:
    """A document as one own account sees it; ``rule`` says what decided."""

    own_account: str
    direction: Direction
    rule: Literal["account", "date", "amount"]


@dataclass(frozen=True)
class OwnAccounts:
    """The company's accounts: those the file is a statement of, and those the config names."""

    stated: tuple[str, ...]
    configured: frozenset[str]

    def is_stated(self, account: str) -> bool:
        return account in self.stated

    def is_configured(self, account: str) -> bool:
        return account in self.configured


@dataclass(frozen=True)
class Evidence:
    """What a document says of its direction besides the accounts."""

    is_debited: bool  # ДатаСписано
    is_credited: bool  # ДатаПоступило
    is_amount_out: bool = False  # СуммаРасход
    is_amount_in: bool = False  # СуммаПриход

    def direction(self) -> tuple[Direction, Literal["date", "amount"]] | None:
        """What exactly one of the two days, else exactly one of the two amounts, says."""
        if self.is_debited != self.is_credited:
            return ("out" if self.is_debited else "in"), "date"
        if self.is_amount_out != self.is_amount_in:
            return ("out" if self.is_amount_out else "in"), "amount"
        return None


def find_views(payer: Party, payee: Party, evidence: Evidence, own: OwnAccounts) -> list[View]:
    """One view, or two where both sides are own and nothing says whose statement this line is.

    The accounts that the file is a statement of count before the configured ones: a transfer to
    another own account is an outgoing line here and an incoming one in that account's own file.

    Raises:
        FieldError: neither accounts nor days decide.
    """
    if views := _by_accounts(payer, payee, evidence, own.is_stated):
        return views
    if not own.stated and (views := _by_accounts(payer, payee, evidence, own.is_configured)):
        return views
    if decided := evidence.direction():
        direction, rule = decided
        side = payee if direction == "in" else payer
        return [View(_account_of(side, own), direction, rule)]
    if views := _by_accounts(payer, payee, evidence, own.is_configured):
        return views
    raise FieldError(
        f'direction is unknown: neither the payer\'s account "{payer.account or ""}" nor the '
        f'payee\'s "{payee.account or ""}" is an own one, and ДатаСписано and ДатаПоступило do '
        "not tell; add the company's account to sources.bank_1c.own_accounts in company.toml"
    )


def _by_accounts(
    payer: Party, payee: Party, evidence: Evidence, is_own: Callable[[str], bool]
) -> list[View]:
    payer_own = next((account for account in payer.accounts if is_own(account)), None)
    payee_own = next((account for account in payee.accounts if is_own(account)), None)
    views = []
    if payer_own:
        views.append(View(payer_own, "out", "account"))
    if payee_own:
        views.append(View(payee_own, "in", "account"))
    decided = evidence.direction()
    if len(views) == 2 and decided:
        return [view for view in views if view.direction == decided[0]]
    return views


def _account_of(side: Party, own: OwnAccounts) -> str:
    configured = next((account for account in side.accounts if own.is_configured(account)), None)
    if configured:
        return configured
    if len(own.stated) == 1:  # the bank masks or replaces its client's account in the lines
        return own.stated[0]
    return side.account or ""
