"""Everything Dagster knows of the project, assembled from the company's settings."""

import dagster as dg

from ingestion.settings import Settings, load_settings
from orchestration.alerts import build_alert_hook, build_alert_sensor
from orchestration.assets.feed_checks import build_feed_checks
from orchestration.assets.ingest import build_ingestion_assets
from orchestration.assets.models import build_model_assets
from orchestration.assets.publish import build_publish_asset
from orchestration.assets.quality import build_findings_asset
from orchestration.assets.report import build_report_asset
from orchestration.delivery.jobs import build_delivery_jobs, build_delivery_sensors
from orchestration.jobs import build_jobs, build_rebuild_sensor
from orchestration.progress import progress_logger
from orchestration.resources import build_resources
from orchestration.schedules import build_schedules


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assets, checks, jobs and schedules for one company.

    Steps run one after another in one process: DuckDB lets a single process write.
    """
    models = build_model_assets(settings)
    findings = build_findings_asset(settings)
    marts = [key for key in models.keys if key.path[0] in ("marts", "quality")]
    published = build_publish_asset(settings, upstream=[*marts, findings.key])
    hooks = {build_alert_hook(settings)}
    jobs = build_jobs(settings, models.keys, hooks)
    deliveries = build_delivery_jobs(settings, hooks)
    return dg.Definitions(
        assets=[
            *build_ingestion_assets(settings),
            models,
            findings,
            published,
            build_report_asset(settings),
        ],
        asset_checks=build_feed_checks(settings),
        jobs=[*jobs, *deliveries],
        schedules=build_schedules(settings, [*jobs, *deliveries]),
        sensors=[
            build_alert_sensor(settings),
            build_rebuild_sensor(jobs),
            *build_delivery_sensors(settings, deliveries),
        ],
        resources=build_resources(settings),
        loggers={"progress": progress_logger},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster's own commands load: the company of the environment."""
    return build_definitions(load_settings())
