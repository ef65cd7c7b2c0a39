"""Where deals go and where they are lost, per pipeline, and how long they stay."""

from collections import defaultdict

import duckdb

from reporting.ratio import Ratio, Why
from reporting.view import Dwell, Pipeline, Stage

WON = 142  # amoCRM's id of the win in every pipeline, whatever it is called

# Months are summed first, and only then divided: an average of monthly ratios would be another
# number. The row with stage_order 0 stands for all deals created in the pipeline, and pipeline 0
# for all pipelines together.
_STAGES = """
with stages as (
    select
        pipeline_id, max(pipeline_name) as pipeline_name, stage_order, stage_id,
        max(stage_name) as stage_name,
        sum(entered) filter (where "view" = 'imputed') as reached,
        sum(entered) filter (where "view" = 'visited') as visited,
        sum(entered) filter (where "view" = 'strict') as strict,
        sum(advanced) filter (where "view" = 'imputed') as advanced,
        sum(lost_here) filter (where "view" = 'imputed') as lost_here,
        sum(still_here) filter (where "view" = 'imputed') as still_here
    from marts.rpt_stage_conversion
    where pipeline_id <> 0
    group by pipeline_id, stage_order, stage_id
)

select
    pipeline_id, pipeline_name, stage_order, stage_id, stage_name, coalesce(reached, 0),
    coalesce(visited, 0), coalesce(strict, 0), coalesce(advanced, 0), coalesce(lost_here, 0),
    coalesce(still_here, 0)
from stages
order by pipeline_id, stage_order nulls last, stage_id
"""

# Each stay by itself, in calendar time, without mass changes and sloppy moves.
_DWELL = """
select
    pipeline_id, stage_id, km_median_seconds, km_p90_seconds, mean_seconds, finished, "open",
    left_out
from marts.rpt_stage_dwell
where basis = 'visit' and clock = 'calendar' and population = 'norm'
"""

_Stay = tuple[float | None, float | None, float | None, int, int, int]


def read(con: duckdb.DuckDBPyConnection) -> tuple[Pipeline, ...]:
    """Pipelines, the busiest first and those that are gone last, with their stages in order."""
    stays: dict[tuple[int, int], _Stay] = {
        (row[0], row[1]): row[2:] for row in con.execute(_DWELL).fetchall()
    }
    created: dict[int, int] = defaultdict(int)
    names: dict[int, str] = {}
    stages: dict[int, list[Stage]] = defaultdict(list)
    listed: set[int] = set()
    for pipeline_id, name, order, stage_id, stage_name, *counts in con.execute(_STAGES).fetchall():
        names[pipeline_id] = name
        numbers = [int(number) for number in counts]
        if order == 0:
            created[pipeline_id] = numbers[0]
            continue
        if order is not None:
            listed.add(pipeline_id)
        stages[pipeline_id].append(
            _stage(
                stage_name,
                numbers,
                created[pipeline_id],
                stays.get((pipeline_id, stage_id)),
                is_won=stage_id == WON,
                is_listed=order is not None,
            )
        )
    pipelines = [
        Pipeline(names[key], created[key], tuple(stages[key]), is_gone=key not in listed)
        for key in names
    ]
    return tuple(
        sorted(pipelines, key=lambda pipeline: (pipeline.is_gone, -pipeline.busiest, pipeline.name))
    )


def _stage(
    name: str,
    numbers: list[int],
    created: int,
    stay: _Stay | None,
    *,
    is_won: bool,
    is_listed: bool,
) -> Stage:
    reached, visited, strict, advanced, lost_here, still_here = numbers
    return Stage(
        name=name,
        reached=reached,
        visited=visited,
        # without a place nobody can say which stages lie before
        strict=Ratio.known(strict if is_listed else None, "order_unknown"),
        advanced=advanced,
        lost_here=lost_here,
        still_here=still_here,
        conversion=Ratio(None, "final_stage")
        if is_won
        else Ratio.of(advanced, reached, "nobody_entered", "nobody_entered"),
        skip_share=Ratio.of(reached - visited, reached, "nobody_entered", "nobody_entered"),
        of_created=Ratio.of(reached, created, "nobody_entered", "nobody_entered"),
        dwell=None if is_won else _dwell(stay),
    )


def _dwell(stay: _Stay | None) -> Dwell:
    median, p90, mean, finished, still, left_out = stay or (None, None, None, 0, 0, 0)
    endless: Why = "still_standing" if finished or still else "no_stays"
    return Dwell(
        median=Ratio.known(median, endless),
        p90=Ratio.known(p90, endless),
        mean=Ratio.known(mean, endless),
        finished=finished,
        open=still,
        left_out=left_out,
    )
