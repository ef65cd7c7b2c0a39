"""Deals that hang, and stages that are used to put deals off."""

from decimal import Decimal

import duckdb

from reporting.ratio import Ratio
from reporting.sections.links import safe_link
from reporting.view.sales import Bucket, Clock, Stuck, StuckDeal, StuckReason, WaitingOn

SHOWN = 15
BUCKETS = 8

_TOTAL = """
select
    count(*),
    coalesce(sum(price) filter (where currency = getvariable('company_currency')), 0)
from marts.rpt_stuck_deals
"""

_STUCK = """
select
    coalesce(nullif(deal_name, ''), cast(deal_id as text)), deal_url, pipeline_name, stage_name,
    responsible_name, reason, age_seconds, norm_seconds, clock, waiting_on,
    case when currency = getvariable('company_currency') then price end as money
from marts.rpt_stuck_deals
order by money desc nulls last, age_seconds desc, account_id, deal_id
limit ?
"""

# Prices of another currency stand in rows of their own.
_BUCKETS = """
select
    max(stage_name), max(pipeline_name), sum(open_deals), sum(neglected),
    coalesce(sum(neglected_price) filter (where currency = getvariable('company_currency')), 0)
from marts.rpt_bucket_stages
group by account_id, pipeline_id, stage_id
having sum(neglected) > 0
order by max(bucket_score) desc, account_id, pipeline_id, stage_id
limit ?
"""


def read(con: duckdb.DuckDBPyConnection) -> Stuck:
    """Money of all hanging deals, and the dearest of them by name."""
    total = con.execute(_TOTAL).fetchone()
    assert total is not None
    deals, money = total
    rows = con.execute(_STUCK, [SHOWN]).fetchall()
    return Stuck(deals, money, tuple(_deal(*row) for row in rows))


def read_buckets(con: duckdb.DuckDBPyConnection) -> tuple[Bucket, ...]:
    return tuple(
        Bucket(
            name,
            pipeline,
            int(deals),
            int(neglected),
            Ratio.of(int(neglected), int(deals), "nobody_entered", "nobody_entered"),
            money,
        )
        for name, pipeline, deals, neglected, money in con.execute(_BUCKETS, [BUCKETS]).fetchall()
    )


def _deal(
    name: str,
    url: str | None,
    pipeline: str | None,
    stage: str,
    responsible: str,
    reason: StuckReason,
    age: int,
    norm: float | None,
    clock: Clock,
    waiting_on: WaitingOn,
    money: Decimal | None,
) -> StuckDeal:
    limit = None if norm is None else int(norm)
    link = safe_link(url)
    return StuckDeal(
        name, link, pipeline, stage, responsible, reason, age, limit, clock, waiting_on, money
    )
