"""One dlt pipeline a source, all of them writing into the one DuckDB file."""

import contextlib
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import dlt
from dlt.extract import DltSource
from dlt.pipeline.pipeline import Pipeline

from ingestion.registry import SourceSpec
from ingestion.rounds import unfinished_resources
from ingestion.settings import Settings

logger = logging.getLogger(__name__)


@dataclass
class Loaded:
    """What a load brought: rows by table (child tables apart), ids of its packages, rounds."""

    rows: Counter[str] = field(default_factory=Counter)
    load_ids: list[str] = field(default_factory=list)
    rounds: int = 0


def make_pipeline(source_name: str, settings: Settings) -> Pipeline:
    """The pipeline that loads ``source_name`` into schema ``raw_<source_name>``.

    Its working folder is disposable: cursors live in the warehouse and are restored from there.
    Parquet is the loader's format (``.dlt/config.toml``): row-by-row INSERT is far slower.
    """
    return dlt.pipeline(
        pipeline_name=source_name,
        destination=dlt.destinations.duckdb(str(settings.warehouse_path)),
        dataset_name=f"raw_{source_name}",
        pipelines_dir=str(settings.data_dir / "dlt"),
    )


def load_source(
    spec: SourceSpec,
    settings: Settings,
    warehouse: AbstractContextManager[object] | None = None,
    build: Callable[[Settings], DltSource] | None = None,
) -> Loaded:
    """Load a source to its end, round by round.

    Extraction and normalisation touch no database, so sources may run side by side; only reading
    the state and loading do, and those hold ``warehouse``.

    Args:
        warehouse: a reusable lock shared by everybody who loads; None where nobody else does.
        build: makes the source instead of ``spec.build``, e.g. with a test's clock.
    """
    pipeline = make_pipeline(spec.name, settings)
    hold = warehouse or contextlib.nullcontext()
    # whatever an interrupted run left behind: the warehouse alone says how far we are
    pipeline.drop()
    with hold:
        pipeline.sync_destination()
    loaded = Loaded()
    pending: list[str] | None = None
    while pending is None or pending:
        # built anew for every round: a source remembers what it has read
        source = (build or spec.build)(settings)
        if pending is not None:
            source = source.with_resources(*pending)
        pipeline.extract(source)
        normalized = pipeline.normalize()
        with hold:
            info = pipeline.load()
        loaded.rows.update(normalized.row_counts)
        loaded.load_ids += info.loads_ids
        loaded.rounds += 1
        pending = unfinished_resources(pipeline.state["sources"].get(spec.name, {}))
        if pending:
            logger.info("%s: round %d is in, more to come", spec.title, loaded.rounds)
    return loaded
