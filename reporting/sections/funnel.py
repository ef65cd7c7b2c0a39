"""Where deals go and where they are lost, per pipeline."""

from collections import defaultdict

import duckdb

from reporting.ratio import Ratio
from reporting.view import Pipeline, Stage

WON = 142  # amoCRM's id of the win in every pipeline, whatever it is called

# Months are summed first, and only then divided: an average of monthly ratios would be another
# number. The row with stage_order 0 stands for all deals created in the pipeline.
_STAGES = """
with stages as (
    select
        pipeline_id, max(pipeline_name) as pipeline_name, stage_order, stage_id,
        max(stage_name) as stage_name,
        sum(entered) filter (where "view" = 'imputed') as reached,
        sum(entered) filter (where "view" = 'visited') as visited,
        sum(advanced) filter (where "view" = 'imputed') as advanced,
        sum(lost_here) filter (where "view" = 'imputed') as lost_here,
        sum(still_here) filter (where "view" = 'imputed') as still_here
    from marts.rpt_stage_conversion
    group by pipeline_id, stage_order, stage_id
)

select
    pipeline_id, pipeline_name, stage_order, stage_id, stage_name, coalesce(reached, 0),
    coalesce(visited, 0), coalesce(advanced, 0), coalesce(lost_here, 0), coalesce(still_here, 0)
from stages
order by pipeline_id, stage_order nulls last, stage_id
"""


def read(con: duckdb.DuckDBPyConnection) -> tuple[Pipeline, ...]:
    """Pipelines, the busiest first, with their stages in order."""
    created: dict[int, int] = defaultdict(int)
    names: dict[int, str] = {}
    stages: dict[int, list[Stage]] = defaultdict(list)
    for pipeline_id, name, order, stage_id, stage_name, *counts in con.execute(_STAGES).fetchall():
        names[pipeline_id] = name
        numbers = [int(number) for number in counts]
        if order == 0:
            created[pipeline_id] = numbers[0]
        else:
            stages[pipeline_id].append(_stage(stage_id, stage_name, numbers, created[pipeline_id]))
    pipelines = [Pipeline(names[key], created[key], tuple(stages[key])) for key in names]
    return tuple(sorted(pipelines, key=lambda pipeline: -pipeline.created))


def _stage(stage_id: int, name: str, numbers: list[int], created: int) -> Stage:
    reached, visited, advanced, lost_here, still_here = numbers
    return Stage(
        name=name,
        reached=reached,
        visited=visited,
        advanced=advanced,
        lost_here=lost_here,
        still_here=still_here,
        conversion=Ratio(None, "final_stage")
        if stage_id == WON
        else Ratio.of(advanced, reached, "nobody_entered", "nobody_entered"),
        skip_share=Ratio.of(reached - visited, reached, "nobody_entered", "nobody_entered"),
        of_created=Ratio.of(reached, created, "nobody_entered", "nobody_entered"),
    )
