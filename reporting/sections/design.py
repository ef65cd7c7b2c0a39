"""What is wrong with the way pipelines are built, rule by rule."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import duckdb

from reporting.view import Design, Fault, Place

SHOWN = 20  # places of one rule

_FAULTS = """
select
    severity, rule_id, title, advice, nullif(pipeline_name, '__all__'),
    nullif(stage_name, '__all__'), evidence, deals_open,
    case when currency = getvariable('company_currency') then money_locked else 0 end as money
from marts.rpt_pipeline_lint
order by severity <> 'warning', money desc, deals_open desc, pipeline_id, stage_order, stage_id
"""


def read(con: duckdb.DuckDBPyConnection) -> Design:
    """Warnings first; inside of them the rule whose dearest place holds the most money."""
    places: dict[tuple[str, str, str, str | None], list[Place]] = defaultdict(list)
    for severity, rule, title, advice, *place in con.execute(_FAULTS).fetchall():
        places[severity, rule, title, advice].append(Place(*place))
    return Design(
        tuple(
            Fault(severity, title, advice, len(found), _money(found), tuple(found[:SHOWN]))  # type: ignore[arg-type]
            for (severity, _, title, advice), found in places.items()
        )
    )


def _money(places: Sequence[Place]) -> Decimal:
    # a deal stands in one stage, but in a pipeline and in the whole CRM as well
    stages = [place.money for place in places if place.stage]
    return sum(stages, Decimal(0)) or max(place.money for place in places)
