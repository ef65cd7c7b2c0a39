"""Whom deals wait for, and how the limits of stages are kept."""

from decimal import Decimal

import duckdb

from reporting.ratio import Ratio
from reporting.view.sales import Clock, StandardRow, Standards, WaitingRow

_WAITING = """
select
    waiting_on, count(*), count(*) filter (where is_breach), count(*) filter (where is_warning),
    coalesce(
        sum(price) filter (where is_breach and currency = getvariable('company_currency')), 0
    )
from marts.fct_stage_sla
where is_open and not is_deleted
group by waiting_on
order by count(*) desc, waiting_on
"""

_SUMS = """
    sum(judged), sum(breaches), sum(open_breaches), sum(warnings),
    coalesce(sum(open_breaches_price) filter (where currency = getvariable('company_currency')), 0)
"""

# A limit that a company changes splits no row: it is the same in all rows of a stage.
_STAGES = f"""
select max(stage_name), max(pipeline_name), max(limit_seconds), max(clock), {_SUMS}
from marts.rpt_sla_by_manager
group by account_id, pipeline_id, stage_id
order by sum(open_breaches) desc, sum(breaches) desc, max(stage_name)
"""  # noqa: S608

_PEOPLE = f"""
select max(answerable_name), null, null, 'calendar', {_SUMS}
from marts.rpt_sla_by_manager
group by account_id, answerable_user_id
order by sum(open_breaches) desc, sum(breaches) desc, max(answerable_name)
"""  # noqa: S608

_LISTED = """
select stage_name, has_standard from marts.rpt_sla_coverage
order by open_deals desc, pipeline_id, stage_order
"""


def read(con: duckdb.DuckDBPyConnection) -> Standards:
    waiting = [WaitingRow(*row) for row in con.execute(_WAITING).fetchall()]
    listed = con.execute(_LISTED).fetchall()
    return Standards(
        waiting=tuple(waiting),
        total=WaitingRow(
            on=None,
            deals=sum(row.deals for row in waiting),
            over=sum(row.over for row in waiting),
            near=sum(row.near for row in waiting),
            over_money=sum((row.over_money for row in waiting), Decimal(0)),
        ),
        stages=tuple(_row(*row) for row in con.execute(_STAGES).fetchall()),
        people=tuple(_row(*row) for row in con.execute(_PEOPLE).fetchall()),
        without=tuple(name for name, has_standard in listed if not has_standard),
        listed=len(listed),
    )


def _row(
    name: str,
    pipeline: str | None,
    limit: int | None,
    clock: Clock,
    judged: int,
    breaches: int,
    over: int,
    near: int,
    over_money: Decimal,
) -> StandardRow:
    broken = Ratio.of(int(breaches), int(judged), "none_judged", "none_judged")
    return StandardRow(
        name, pipeline, limit, clock, int(judged), broken, int(over), int(near), over_money
    )
