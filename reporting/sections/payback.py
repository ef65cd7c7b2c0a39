"""What leads have brought to date against their spend: by channel and by campaign."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import duckdb

from reporting.ratio import Absent, Ratio
from reporting.sections import payback_curve
from reporting.sections.money import UNALLOCATED, kind_of, total
from reporting.view import Payback
from reporting.view.payback import Campaigns, Coverage, PaybackRow, PaybackTable, RowKind

LISTED = 10  # campaigns by name; the rest is one row
_NONE = "__none__"  # deals and spend of no known campaign

_ROWS = """
select
    dimension, month, dimension_key, dimension_title, leads, new_leads, qualified_leads,
    new_customers, spend, revenue, net_revenue, revenue_with_cogs, cogs, money_coverage,
    lead_coverage
from marts.rpt_payback_by_lead_cohort
where dimension in ('channel', 'campaign') and currency = getvariable('company_currency')
order by month, dimension_key
"""

# A call has no campaign: what campaigns cover is counted of paid channels and of what is unknown.
_PAID = "select channel from seeds.channels where is_paid"


@dataclass(frozen=True)
class _Fact:
    dimension: str
    month: date
    key: str
    title: str
    leads: int | None
    new_leads: int | None
    qualified: int | None
    new_customers: int | None
    spend: Decimal | None
    sold: Decimal | None
    net: Decimal | None
    with_cogs: Decimal | None
    cogs: Decimal | None
    money_coverage: float | None
    lead_coverage: float | None


def read(
    con: duckdb.DuckDBPyConnection,
    titles: Mapping[str, str],
    minimum: Decimal,
    absent: Absent,
) -> Payback:
    """Months are summed first, and ratios are made of the sums."""
    facts = [_known_only(_Fact(*row), absent) for row in con.execute(_ROWS).fetchall()]
    channels = [fact for fact in facts if fact.dimension == "channel"]
    campaigns = [fact for fact in facts if fact.dimension == "campaign"]
    paid = {channel for (channel,) in con.execute(_PAID).fetchall()}
    whole = _coverage(channels, minimum, absent, lambda fact: fact.key != UNALLOCATED)
    by_channel = _coverage(channels, minimum, absent, lambda fact: kind_of(fact.key) == "known")
    of_campaigns = _campaign_coverage(channels, campaigns, paid, by_channel, absent)
    return Payback(
        channels=_channels(channels, titles, by_channel, whole, absent),
        campaigns=_campaigns(campaigns, titles, of_campaigns, whole, absent),
        curves=() if absent.explained else payback_curve.read_curves(con, titles),
        cohorts=() if absent.explained else payback_curve.read_cohorts(con),
    )


def _known_only(fact: _Fact, absent: Absent) -> _Fact:
    """The fact without the zeros that models put where a source has brought nothing."""
    if absent.deals:
        fact = replace(fact, leads=None, new_leads=None, qualified=None, new_customers=None)
    if absent.money:
        fact = replace(fact, new_customers=None, sold=None, net=None, with_cogs=None, cogs=None)
    return replace(fact, spend=None) if absent.spend else fact


def _channels(
    facts: list[_Fact],
    titles: Mapping[str, str],
    coverage: Coverage,
    whole: Coverage,
    absent: Absent,
) -> PaybackTable:
    rows = [
        _row(key, titles.get(key, members[0].title), members, coverage, absent)
        for key, members in _by_key(facts).items()
    ]
    rows = [row for row in rows if any((row.leads, row.spend, row.sold, row.net))]
    rows.sort(key=lambda r: (r.kind != "known", -(r.spend or 0), -(r.net or 0), r.title))
    bought = _bought(rows, facts, coverage, absent)
    return PaybackTable(tuple(rows), _total(facts, whole, absent), bought, coverage)


def _campaigns(
    facts: list[_Fact],
    titles: Mapping[str, str],
    coverage: Coverage,
    whole: Coverage,
    absent: Absent,
) -> Campaigns:
    groups = _by_key(facts)
    rows = [
        _row(key, titles.get(key, members[0].title), members, coverage, absent)
        for key, members in groups.items()
    ]
    named = [row for row in rows if row.kind == "known"]
    named.sort(key=lambda row: (-(row.spend or 0), -(row.net or 0), row.title, row.key))
    top, tail = named[:LISTED], named[LISTED:]
    if len(tail) == 1:  # a row standing for one row only hides its name
        top, tail = named, []

    def merge(members: Iterable[PaybackRow]) -> PaybackRow:
        keys = {row.key for row in members}
        merged = _row("", "", [fact for fact in facts if fact.key in keys], coverage, absent)
        return replace(merged, kind="rest", merged=len(keys))

    table = PaybackTable(
        rows=(
            *top,
            *([merge(tail)] if tail else []),
            *(row for row in rows if row.kind != "known"),
        ),
        total=_total(facts, whole, absent),
        bought=_bought(rows, facts, coverage, absent),
        coverage=coverage,
    )
    return Campaigns(
        table=table,
        listed=len(named),
        in_vain=merge(row for row in named if row.is_spent_in_vain),
        free=merge(row for row in named if row.is_free),
    )


def _bought(
    rows: Iterable[PaybackRow], facts: list[_Fact], coverage: Coverage, absent: Absent
) -> PaybackRow:
    keys = {row.key for row in rows if row.spend}
    own = [fact for fact in facts if fact.key in keys]
    return replace(_row("", "", own, coverage, absent), kind="total", merged=len(keys))


def _total(facts: list[_Fact], coverage: Coverage, absent: Absent) -> PaybackRow:
    return replace(_row("", "", facts, coverage, absent), kind="total")


def _by_key(facts: list[_Fact]) -> dict[str, list[_Fact]]:
    groups: dict[str, list[_Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.key].append(fact)
    return groups


def _row(
    key: str, title: str, facts: list[_Fact], coverage: Coverage, absent: Absent
) -> PaybackRow:
    return PaybackRow(
        key=key,
        title=title,
        kind=_kind(key),
        leads=_count(fact.leads for fact in facts),
        new_leads=_count(fact.new_leads for fact in facts),
        qualified=_count(fact.qualified for fact in facts),
        new_customers=_count(fact.new_customers for fact in facts),
        spend=total(fact.spend for fact in facts),
        sold=total(fact.sold for fact in facts),
        net=total(fact.net for fact in facts),
        with_cogs=total(fact.with_cogs for fact in facts),
        cogs=total(fact.cogs for fact in facts),
        coverage=coverage,
        absent=absent,
    )


def _kind(key: str) -> RowKind:
    if key == UNALLOCATED:
        return "no_deal"
    return "unknown" if key == _NONE or kind_of(key) != "known" else "known"


def _count(numbers: Iterable[int | None]) -> int | None:
    listed = list(numbers)
    known = [int(number) for number in listed if number is not None]
    return sum(known) if known or not listed else None


def _coverage(
    channels: list[_Fact], minimum: Decimal, absent: Absent, is_known: Callable[[_Fact], bool]
) -> Coverage:
    known = [fact for fact in channels if is_known(fact)]
    money = (total(f.net for f in known), total(f.net for f in channels))
    leads = (_count(f.leads for f in known), _count(f.leads for f in channels))
    return Coverage(
        money=Ratio(None, absent.explained)
        if absent.explained
        else Ratio.of(*money, "no_money_feed", "no_money"),
        leads=Ratio.of(*leads, absent.deals or "no_leads", "no_leads"),
        minimum=minimum,
    )


def _campaign_coverage(
    channels: list[_Fact],
    campaigns: list[_Fact],
    paid: set[str],
    by_channel: Coverage,
    absent: Absent,
) -> Coverage:
    """The months' own shares, weighed by what they are shares of."""
    due = [f for f in channels if f.key in paid or kind_of(f.key) != "known"]
    shares = {fact.month: (fact.money_coverage, fact.lead_coverage) for fact in campaigns}
    money = known_money = leads = known_leads = Decimal(0)
    for fact in due:
        of_money, of_leads = (Decimal(str(s or 0)) for s in shares.get(fact.month, (None, None)))
        money, known_money = money + (fact.net or 0), known_money + (fact.net or 0) * of_money
        leads, known_leads = leads + (fact.leads or 0), known_leads + (fact.leads or 0) * of_leads
    return Coverage(
        money=Ratio(None, absent.explained)
        if absent.explained
        else Ratio.of(known_money, money, "no_money_feed", "no_money"),
        leads=Ratio(None, absent.deals)
        if absent.deals
        else Ratio.of(known_leads, leads, "no_leads", "no_leads"),
        minimum=by_channel.minimum,
    )
