"""Totals that the page makes in two ways."""

from decimal import Decimal

import duckdb

from reporting.sections import headline
from reporting.sections.sales.credit import won_money
from reporting.sections.sales.losses import lost_deals
from reporting.view import Attribution, Headline, Ledgers, Money, Payback, Sales, Tie, VatPolicy


def read(
    con: duckdb.DuckDBPyConnection,
    head: Headline,
    money: Money,
    ledgers: Ledgers,
    payback: Payback,
    attribution: Attribution,
    sales: Sales,
    created: int | None,
    vat_policy: VatPolicy,
) -> tuple[Tie, ...]:
    """Sums of the sections against the deals, payments and cabinets themselves.

    ``created`` is deals by the funnel. What is absent is None on both sides.
    """
    absent = head.absent
    ledger = headline.customer_money(con, vat_policy, absent)
    cabinets = headline.cabinets_spend(con, vat_policy, absent)
    taken_apart = ledgers.payments.total.amount if ledgers.payments else None
    spent = ledgers.spend.total.amount if ledgers.spend else None
    earned = payback.channels.total
    won, lost = sales.credit.total.closer.value, sales.losses.total.deals
    return (
        Tie("leads", head.leads, created),
        Tie("credit", None, None) if absent.deals else Tie("credit", won, won_money(con)),
        Tie("losses", None, None) if absent.deals else Tie("losses", lost, lost_deals(con)),
        Tie("money_cash", money.cash.total.net, ledger),
        Tie("money_cohort", money.cohort.total.net, ledger),
        Tie("money_payback", earned.net, ledger),
        Tie("money_models", _farthest(attribution, ledger), ledger if attribution.totals else None),
        # the bank's own amounts, whatever the VAT policy
        Tie("money_ledger", taken_apart, headline.customer_money(con, "gross", absent)),
        Tie("spend_cash", money.cash.total.spend, cabinets),
        Tie("spend_cohort", money.cohort.total.spend, cabinets),
        Tie("spend_payback", earned.spend, cabinets),
        Tie("spend_ledger", spent, cabinets),
    )


def _farthest(attribution: Attribution, ledger: Decimal | None) -> Decimal | None:
    """The sum of the model that is the farthest from the ledger: where it agrees, all do."""
    return max(attribution.totals, key=lambda net: abs(net - (ledger or 0)), default=None)
