"""Long loads in rounds, each committed on its own, so that a crash repeats at most one of them.

A resource that has a year of days or a hundred thousand pages ahead of it stops after a bounded
part, keeps its cursor in its resource state and calls ``unfinished``; the runner in
``ingestion/pipeline.py`` loads that part and runs the resource again.
"""

from typing import Any

_FLAG = "is_unfinished"


def unfinished(state: dict[str, Any], is_unfinished: bool) -> None:  # noqa: FBT001 - one fact
    """Say in a resource's state, at the end of its part, whether there is more to come."""
    if is_unfinished:
        state[_FLAG] = True
    else:
        state.pop(_FLAG, None)


def unfinished_resources(source_state: dict[str, Any]) -> list[str]:
    """Resources of a source that asked for another round."""
    resources: dict[str, dict[str, Any]] = source_state.get("resources", {})
    return sorted(name for name, state in resources.items() if state.get(_FLAG))
