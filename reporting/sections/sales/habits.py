"""How people keep the CRM: instant and sloppy moves, mass changes."""

from datetime import UTC
from zoneinfo import ZoneInfo

import duckdb

from reporting.ratio import Ratio
from reporting.view.sales import HabitRow, MassChange, MassChanges

SHOWN = 10

# Months are summed first, shares are made from the sums.
_HABITS = """
select
    max(user_name), sum(moves), sum(timed_moves), sum(instant_moves), sum(sloppy_moves),
    sum(mass_moves), sum(won_deals), sum(noise_deals)
from marts.rpt_manager_habits
group by account_id, user_id
order by sum(moves) desc, max(user_name)
"""

_MASS = """
select
    started_at, actor_name, kind, target_name, origin_stage_names, deals, price,
    count(*) over () as bursts, sum(changes) over () as all_changes
from marts.fct_mass_changes
order by deals desc, price desc, started_at, mass_change_id
limit ?
"""


def read(con: duckdb.DuckDBPyConnection) -> tuple[HabitRow, ...]:
    return tuple(
        _habit(name, *(int(number) for number in numbers))
        for name, *numbers in con.execute(_HABITS).fetchall()
    )


def read_mass_changes(con: duckdb.DuckDBPyConnection, zone: ZoneInfo) -> MassChanges:
    rows = con.execute(_MASS, [SHOWN]).fetchall()
    bursts, changes = rows[0][-2:] if rows else (0, 0)
    return MassChanges(
        count=bursts,
        changes=int(changes),
        rows=tuple(
            MassChange(at.replace(tzinfo=UTC).astimezone(zone).date(), *rest)
            for at, *rest, _, _ in rows
        ),
    )


def _habit(
    name: str, moves: int, timed: int, instant: int, sloppy: int, mass: int, won: int, noise: int
) -> HabitRow:
    return HabitRow(
        name=name,
        moves=moves,
        instant=Ratio.of(instant, timed, "no_moves", "no_moves"),
        sloppy=Ratio.of(sloppy, moves, "no_moves", "no_moves"),
        mass=Ratio.of(mass, moves, "no_moves", "no_moves"),
        won=won,
        noise=Ratio.of(noise, won, "no_wins", "no_wins"),
    )
