"""Where dbt's project lies, what it is told, and a manifest that is never stale."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from dagster_dbt import DbtProject

from ingestion import registry
from ingestion.errors import SkvozError
from ingestion.settings import ROOT, Settings

PROJECT_DIR = ROOT / "dbt_project"
_INPUTS = ("*.yml", "models/**/*", "macros/**/*", "seeds/**/*", "tests/**/*", "snapshots/**/*")


class DbtProjectError(SkvozError):
    """dbt cannot read its own project."""


def project(settings: Settings) -> DbtProject:
    """The project, with its artefacts kept inside the data folder (``artefacts``).

    So a demo, a test and the company's own runs never overwrite each other's manifests.
    """
    os.environ["SKVOZ_WAREHOUSE"] = str(settings.warehouse_path)
    _put_executables_on_path()
    return DbtProject(
        project_dir=PROJECT_DIR,
        profiles_dir=PROJECT_DIR,
        target_path=artefacts(settings),
        packaged_project_dir=None,
    )


def artefacts(settings: Settings) -> Path:
    """Where dbt keeps its manifest, its parsing cache and the results of the last run."""
    return settings.data_dir / "dbt"


def variables(settings: Settings, sources: Iterable[str] | None = None) -> str:
    """What the models are told, as JSON for ``--vars``; ``sources`` are by default those on."""
    names = registry.enabled(settings) if sources is None else sources
    values: dict[str, object] = {
        "company_timezone": settings.company.timezone,
        "company_currency": settings.company.currency,
        "company_language": settings.company.language,
        "phone_region": settings.company.phone_region,
        "vat_policy": settings.company.vat_policy,
        "minimum_coverage": str(settings.company.minimum_coverage),
        "enabled_sources": [f"raw_{name}" for name in names],
        **settings.model_vars,
    }
    for spec in registry.discover().values():
        if spec.dbt_vars is not None:
            values |= spec.dbt_vars(settings)
    if settings.as_of is not None:
        values["as_of"] = settings.as_of.isoformat()
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def ensure_manifest(settings: Settings) -> Path:
    """Path of a manifest that matches the project's files and variables; parses when it does not.

    Raises:
        DbtProjectError: dbt could not parse the project; the text carries dbt's own reason.
    """
    dbt = project(settings)
    manifest = dbt.manifest_path
    stamp = manifest.with_suffix(".stamp")
    fingerprint = _fingerprint(variables(settings))
    if manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return manifest
    manifest.parent.mkdir(parents=True, exist_ok=True)
    command = [
        *("dbt", "--quiet", "parse", "--vars", variables(settings)),
        *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
        *("--target-path", str(manifest.parent)),
    ]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if outcome.returncode != 0:
        raise DbtProjectError(f"dbt cannot parse {PROJECT_DIR}:\n{outcome.stdout.strip()}")
    stamp.write_text(fingerprint)
    return manifest


def _fingerprint(dbt_variables: str) -> str:
    digest = hashlib.sha256(dbt_variables.encode())
    paths = {path for pattern in _INPUTS for path in PROJECT_DIR.glob(pattern) if path.is_file()}
    for path in sorted(paths):
        status = path.stat()
        digest.update(f"{path}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _put_executables_on_path() -> None:
    # dagster-dbt looks for `dbt` on PATH, which a virtual environment that was not activated lacks
    scripts = str(Path(sys.executable).parent)
    if scripts not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = scripts + os.pathsep + os.environ.get("PATH", "")
