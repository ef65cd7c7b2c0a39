"""Figures about how near the marts come to a simulated company's truth where nobody can be right.

A comparison asks for equality with what a careful reader can know; a figure measures the distance
to what really happened, which the reader cannot see.
"""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Figure:
    """A share of 1 and what it rests on: ``n`` movements, or roubles of revenue."""

    subject: str
    value: float | None
    n: int

    @property
    def text(self) -> str:
        return "-" if self.value is None else f"{self.value:.4f}"


# Each movement of the bank with the deal it really was for, and every allocation of the same.
_MATCHING = """
with real as (
    select distinct own_account, booked_on, document_number, true_deal_id as deal_id
    from truth_payment_matches where true_deal_id is not null
),
expected as (
    select distinct own_account, booked_on, document_number, true_deal_id as deal_id, method
    from truth_payment_matches where method is not null and true_deal_id is not null
),
given as (
    select p.own_account, p.booked_on, p.document_number, a.deal_id, a.method
    from marts.fct_payment_allocations as a
    join marts.fct_payments as p using (payment_id)
    where p.own_account in (select own_account from truth_payments)
),
precisions as (
    select g.method as method, avg(case when r.deal_id is null then 0.0 else 1.0 end) as share,
           count(*) as n
    from given as g left join real as r using (own_account, booked_on, document_number, deal_id)
    group by g.method
),
recalls as (
    select e.method as method, avg(case when g.deal_id is null then 0.0 else 1.0 end) as share,
           count(*) as n
    from expected as e
    left join (select distinct * exclude (method) from given) as g
        using (own_account, booked_on, document_number, deal_id)
    group by e.method
),
overall as (
    select avg(case when g.deal_id is null then 0.0 else 1.0 end) as share, count(*) as n
    from real as r
    left join (select distinct * exclude (method) from given) as g
        using (own_account, booked_on, document_number, deal_id)
)
select 'precision of matching by ' || method, share, n from precisions
union all
select 'recall of what ' || method || ' can find', share, n from recalls
union all
select 'recall over all money that is some deal''s', share, n from overall
order by 1
"""

# Half of the sum of differences: the share of revenue that stands under a wrong channel.
_CHANNELS = """
with real as (
    select coalesce(d.true_channel, 'unallocated') as channel, sum(m.amount) as amount
    from truth_customer_money as m left join truth_deals as d using (deal_id)
    group by 1
),
credited as (
    select model, channel, sum(amount) as amount from marts.fct_attribution_credits group by all
),
models as (select distinct model from credited),
pairs as (
    select m.model, c.channel from models as m
    cross join (select channel from real union select channel from credited) as c
)
select 'revenue under a wrong channel, ' || p.model,
       sum(abs(coalesce(c.amount, 0) - coalesce(r.amount, 0)))
           / nullif(2 * (select sum(amount) from real), 0),
       cast(round((select sum(amount) from real)) as bigint)
from pairs as p
left join real as r on r.channel = p.channel
left join credited as c on c.model = p.model and c.channel = p.channel
group by p.model
order by 1
"""
# The card's channel is what can be known; people who telephone came from somewhere as well.
_SOURCES = """
select 'deals under their true channel, ' || kind as subject, avg(is_right), count(*)
from (
    select unnest(case when t.status = 'won' then ['all', 'won'] else ['all'] end) as kind,
           case when d.channel = t.true_channel then 1.0 else 0.0 end as is_right
    from truth_deals as t join marts.fct_deals as d using (deal_id)
    where not t.is_deleted
)
group by kind
order by 1
"""
_MONEY = {
    "payment_matches": "select true_deal_id as deal_id, amount from truth_payment_matches",
    "online_payments": "select deal_id, amount from truth_online_payments",
    "foreign_payments": """select cast(null as bigint) as deal_id, amount
                           from truth_foreign_payments
                           where payment_class = 'customer_payment'""",
}


def figures(connection: duckdb.DuckDBPyConnection, known: set[str]) -> list[Figure]:
    """All figures; ``known`` are the truth's tables, which stand as ``truth_<table>``."""
    money = " union all ".join(sql for table, sql in _MONEY.items() if table in known)
    if not money or "deals" not in known:
        return []
    connection.execute(f"create or replace temp view truth_customer_money as {money}")
    found = []
    for sql in (_MATCHING, _SOURCES, _CHANNELS):
        for subject, value, n in connection.execute(sql).fetchall():
            found.append(Figure(str(subject), None if value is None else float(value), int(n)))
    return found
