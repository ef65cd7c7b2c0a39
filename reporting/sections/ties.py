"""Totals that the page makes in two ways."""

import duckdb

from reporting.sections import headline
from reporting.sections.sales.credit import won_money
from reporting.sections.sales.losses import lost_deals
from reporting.view import Headline, Money, Sales, Tie, VatPolicy


def read(
    con: duckdb.DuckDBPyConnection,
    head: Headline,
    money: Money,
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
    won, lost = sales.credit.total.closer.value, sales.losses.total.deals
    return (
        Tie("leads", head.leads, created),
        Tie("credit", None, None) if absent.deals else Tie("credit", won, won_money(con)),
        Tie("losses", None, None) if absent.deals else Tie("losses", lost, lost_deals(con)),
        Tie("money_cash", money.cash.total.net, ledger),
        Tie("money_cohort", money.cohort.total.net, ledger),
        Tie("spend_cash", money.cash.total.spend, cabinets),
        Tie("spend_cohort", money.cohort.total.spend, cabinets),
    )
