"""One dlt pipeline a source, all of them writing into the one DuckDB file."""

import dlt
from dlt.pipeline.pipeline import Pipeline

from ingestion.settings import Settings


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
