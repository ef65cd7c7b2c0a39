"""Payments that need a person, tags that need mending, and sources that are lost on the way."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb

from reporting.ratio import Absent, Ratio
from reporting.sections.links import safe_link
from reporting.sections.money import total
from reporting.view import Review
from reporting.view.review import (
    Candidate,
    LossPlace,
    OpenPayment,
    OpenPayments,
    SourceLoss,
    TagRow,
    Tags,
)

PAYMENTS, TAGS, PLACES = 12, 12, 10  # listed; the rest is counted
OFFERED = (1, 2, 3)

_Row = tuple[Any, ...]  # as the database gives it
_Key = tuple[str, str, str | None]
_ALL: _Key = ("", "robot", None)

_PAYMENTS = f"""
select
    r.booked_on, r.counterparty_name, r.purpose, r.bucket, r.open_amount, r.candidates,
    {
    ", ".join(
        f"r.candidate_{n}_deal_id, d{n}.deal_name, d{n}.deal_url, r.candidate_{n}_method, "
        f"r.candidate_{n}_evidence, r.candidate_{n}_score"
        for n in OFFERED
    )
}
from marts.rpt_payment_review as r
{
    " ".join(
        f"left join marts.fct_deals as d{n} on d{n}.account_id = r.account_id "
        f"and d{n}.deal_id = r.candidate_{n}_deal_id"
        for n in OFFERED
    )
}
where r.currency = getvariable('company_currency')
order by abs(r.open_amount) desc, r.booked_on, r.payment_id
"""  # noqa: S608

# One value may break several rules: its money counts once. A link without marks is known by its
# campaign.
_TAGS = """
select
    t.mark, coalesce(max(c.title), t.raw_value), list(distinct t.violation order by t.violation),
    max(t.resembles), max(t.spend), max(t.leads), max(t.net_paid)
from marts.rpt_utm_lint as t
left join (
    select dimension_key, max(dimension_title) as title from marts.rpt_payback_by_lead_cohort
    where dimension = 'campaign'
    group by dimension_key
) as c
    on t.mark = 'link' and t.raw_value = c.dimension_key
where t.currency = getvariable('company_currency')
group by t.account_id, t.mark, t.raw_value
order by max(t.spend) desc, max(t.net_paid) desc nulls last, max(t.leads) desc, t.mark, t.raw_value
"""

_PLACES = """
select
    pipeline_name, created_by, nullif(source_name, '__none__'), deals, lost_deals,
    lost_from_inquiry, lost_from_click, lost_from_visit, unknown_deals,
    case when currency = getvariable('company_currency') then lost_net_paid end,
    overwritten_deals
from marts.rpt_source_loss
order by lost_deals desc, deals desc, pipeline_name, created_by, source_name
"""


def read(con: duckdb.DuckDBPyConnection, absent: Absent) -> Review:
    """The dearest first."""
    tags = con.execute(_TAGS).fetchall()
    return Review(
        payments=None if absent.money else _payments(con.execute(_PAYMENTS).fetchall()),
        tags=Tags(len(tags), tuple(_tag(row, absent) for row in tags[:TAGS])),
        losses=_losses(con.execute(_PLACES).fetchall(), absent),
    )


def _payments(rows: list[_Row]) -> OpenPayments:
    listed, rest = rows[:PAYMENTS], rows[PAYMENTS:]
    return OpenPayments(
        count=len(rows),
        rows=tuple(_payment(row) for row in listed),
        rest=sum((row[4] for row in rest), Decimal(0)),
        total=sum((row[4] for row in rows), Decimal(0)),
    )


def _payment(row: _Row) -> OpenPayment:
    on, payer, purpose, reason, amount, of_candidates, *found = row
    offers = [found[place : place + 6] for place in range(0, len(found), 6)]
    return OpenPayment(
        on,
        payer,
        purpose,
        reason,
        amount,
        tuple(_candidate(*offer) for offer in offers if offer[0] is not None),
        of_candidates,
    )


def _candidate(
    deal_id: int,
    name: str | None,
    url: str | None,
    method: str | None,
    evidence: str | None,
    score: Decimal | None,
) -> Candidate:
    return Candidate(
        name or str(deal_id), safe_link(url), method, evidence, Ratio.known(score, "no_score")
    )


def _tag(row: _Row, absent: Absent) -> TagRow:
    mark, value, violations, resembles, spend, leads, net = row
    return TagRow(
        mark,
        value,
        tuple(violations),
        resembles if resembles != value else None,
        spend,
        int(leads),
        Ratio(None, absent.money) if absent.money else Ratio.known(net, "no_money_feed"),
    )


def _losses(rows: list[_Row], absent: Absent) -> SourceLoss:
    grouped: dict[_Key, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[row[0], row[1], row[2]].append(row)
    places = {key: _place(key, members, absent) for key, members in grouped.items()}
    ranked = sorted(
        places, key=lambda key: -places[key].lost
    )  # stable: the busiest of equals first
    listed = [key for key in ranked[:PLACES] if places[key].lost]
    tail = [key for key in ranked if key not in listed]
    shown = [places[key] for key in listed]
    if shown and tail:
        members = [row for key in tail for row in grouped[key]]
        shown.append(replace(_place(_ALL, members, absent), merged=len(tail)))
    return SourceLoss(
        tuple(shown),
        _place(_ALL, rows, absent),
        sum(int(row[10]) for row in rows),
    )


def _place(key: _Key, rows: list[_Row], absent: Absent) -> LossPlace:
    pipeline, maker, source = key
    deals, lost, inquiry, click, visit, unknown = (
        sum(int(row[column]) for row in rows) for column in range(3, 9)
    )
    net = None if absent.money else total(row[9] for row in rows)
    return LossPlace(
        pipeline,
        maker,  # type: ignore[arg-type]
        source,
        deals,
        lost,
        inquiry,
        click,
        visit,
        unknown,
        Ratio.known(net, absent.unknown_money),
    )
