"""The sales department, from the marts about its people and its deals."""

from zoneinfo import ZoneInfo

import duckdb

from reporting.ratio import Absent
from reporting.sections.sales import credit, habits, losses, standards, stuck
from reporting.view import Sales

_FOREIGN = """
select count(*) from marts.fct_deals
where not is_deleted and price is not null and currency <> getvariable('company_currency')
"""


def read(con: duckdb.DuckDBPyConnection, absent: Absent, zone: ZoneInfo) -> Sales:
    """What the marts say of the whole history; money is in the company's currency only."""
    foreign = con.execute(_FOREIGN).fetchone()
    assert foreign is not None
    return Sales(
        credit=credit.read(con, "price", absent),
        credit_paid=credit.read(con, "paid", absent),
        habits=habits.read(con),
        mass=habits.read_mass_changes(con, zone),
        standards=standards.read(con),
        stuck=stuck.read(con),
        buckets=stuck.read_buckets(con),
        losses=losses.read(con),
        foreign=foreign[0],
    )
