"""Customer money and spend by channel and by month, on two bases that never share a table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import get_args

import duckdb

from reporting.ratio import Absent, Ratio, Why
from reporting.view import Explained, Money, MoneyPart, MoneyRow, MoneyTable, MonthParts

_ROWS = """
select basis, month, channel, leads, won, paying_deals, revenue, refunds, net_revenue, spend
from marts.rpt_revenue_by_channel
where currency = getvariable('company_currency')
order by month, channel
"""

# A deal that pays in two months is one paying deal of the period, so months are not summed.
_PAYING = """
select coalesce(d.channel, 'unknown') as channel, count(distinct a.deal_id) as deals
from marts.fct_payment_allocations as a
left join marts.fct_deals as d using (account_id, deal_id)
where a.amount > 0
group by all
"""

UNALLOCATED = "unallocated"  # payments without a deal
_KINDS: Mapping[str, Explained] = {
    "unassigned": "unassigned",
    "unknown": "no_source",
    UNALLOCATED: "no_deal",
}


@dataclass(frozen=True)
class _Fact:
    month: date
    channel: str
    leads: int | None
    won: int | None
    paying_deals: int | None
    revenue: Decimal | None
    refunds: Decimal | None
    net: Decimal | None
    spend: Decimal | None


def kind_of(channel: str) -> Explained:
    """How well money of a channel is explained."""
    return _KINDS.get(channel, "known")


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Sum of what is known; None where there are amounts and none of them is known."""
    listed = list(amounts)
    known = [amount for amount in listed if amount is not None]
    return sum(known, Decimal(0)) if known or not listed else None


def split(amounts: Iterable[tuple[str, Decimal | None]]) -> tuple[MoneyPart, ...]:
    """(channel, amount) pairs to the four parts; they sum to the whole exactly."""
    sums: dict[Explained, Decimal] = dict.fromkeys(get_args(Explained), Decimal(0))
    for channel, amount in amounts:
        sums[kind_of(channel)] += amount or 0
    whole = sum(sums.values(), Decimal(0))
    return tuple(
        MoneyPart(kind, amount, Ratio.of(amount, whole, "no_money", "no_money"))
        for kind, amount in sums.items()
    )


def unknown_parts(why: Why) -> tuple[MoneyPart, ...]:
    """The four parts where nothing can be said of them."""
    return tuple(MoneyPart(kind, None, Ratio(None, why)) for kind in get_args(Explained))


def read(
    con: duckdb.DuckDBPyConnection,
    titles: Mapping[str, str],
    minimum_coverage: Decimal,
    absent: Absent,
) -> Money:
    """Tables over the whole history, ratios made from sums."""
    facts: dict[str, list[_Fact]] = defaultdict(list)
    for basis, *values in con.execute(_ROWS).fetchall():
        facts[basis].append(_known_only(_Fact(*values), absent))
    paying = {channel: int(deals) for channel, deals in con.execute(_PAYING).fetchall()}
    cash, cohort = facts["cash_date"], facts["lead_cohort"]
    months: dict[date, list[tuple[str, Decimal | None]]] = defaultdict(list)
    for fact in cash:
        months[fact.month].append((fact.channel, fact.net))
    return Money(
        minimum_coverage=minimum_coverage,
        cash=_by_channel(cash, titles, paying, minimum_coverage, absent),
        cash_months=_by_month(cash, absent),
        cohort=_by_channel(cohort, titles, paying, minimum_coverage, absent),
        cohort_months=_by_month(cohort, absent),
        month_parts=()
        if absent.money
        else tuple(MonthParts(month, split(pairs)) for month, pairs in months.items()),
    )


def _known_only(fact: _Fact, absent: Absent) -> _Fact:
    """The fact without the zeros that models put where a source has brought nothing."""
    if absent.deals:
        fact = replace(fact, leads=None, won=None, paying_deals=None)
    if absent.money:
        fact = replace(fact, paying_deals=None, revenue=None, refunds=None, net=None)
    if absent.spend:
        fact = replace(fact, spend=None)
    return fact


def _by_channel(
    facts: list[_Fact],
    titles: Mapping[str, str],
    paying: Mapping[str, int],
    minimum: Decimal,
    absent: Absent,
) -> MoneyTable:
    whole = total(fact.net for fact in facts)
    groups: dict[str, list[_Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.channel].append(fact)
    has_paying = whole is not None and not absent.deals
    rows = [
        _row(
            titles.get(channel, channel),
            members,
            whole,
            paying.get(channel, 0) if has_paying else None,
            absent,
            channel=channel,
        )
        for channel, members in groups.items()
    ]
    if absent.deals:  # without deals the money of a channel is unknown, not zero
        rows = [row if row.channel == UNALLOCATED else _without_money(row, absent) for row in rows]
    # what is explained comes first, the most money on top
    rows.sort(key=lambda row: (kind_of(row.channel or "") != "known", -(row.net or 0), row.title))
    last = _row("", facts, whole, sum(paying.values()) if has_paying else None, absent)
    # only what depends on who got the money is withheld: the total of spend and money does not
    if last.coverage.value is not None and last.coverage.value < minimum:
        rows = [replace(row, is_withheld=True) for row in rows]
    return MoneyTable(tuple(rows), last)


def _without_money(row: MoneyRow, absent: Absent) -> MoneyRow:
    why = absent.explained
    assert why is not None
    return replace(
        row,
        revenue=None,
        refunds=None,
        net=None,
        share=Ratio(None, why),
        absent=replace(absent, money=why),
    )


def _by_month(facts: list[_Fact], absent: Absent) -> MoneyTable:
    whole = total(fact.net for fact in facts)
    groups: dict[date, list[_Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.month].append(fact)
    rows = [
        _row("", members, whole, None, absent, month=month) for month, members in groups.items()
    ]
    return MoneyTable(tuple(rows[::-1]), _row("", facts, whole, None, absent))


def _row(
    title: str,
    facts: list[_Fact],
    whole: Decimal | None,
    paying: int | None,
    absent: Absent,
    channel: str | None = None,
    month: date | None = None,
) -> MoneyRow:
    net = total(fact.net for fact in facts)
    leads = [fact.leads for fact in facts if fact.leads is not None]
    won = [fact.won for fact in facts if fact.won is not None]
    known = total(fact.net for fact in facts if kind_of(fact.channel) == "known")
    return MoneyRow(
        title=title,
        channel=channel,
        month=month,
        leads=int(sum(leads)) if leads else None,
        won=int(sum(won)) if won else None,
        paying_deals=paying,
        revenue=total(fact.revenue for fact in facts),
        refunds=total(fact.refunds for fact in facts),
        net=net,
        spend=total(fact.spend for fact in facts),
        share=Ratio.of(net, whole, absent.unknown_money, "no_money"),
        coverage=Ratio(None, absent.explained)
        if absent.explained
        else Ratio.of(known, net, "no_money_feed", "no_money"),
        absent=absent,
    )
