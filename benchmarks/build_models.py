"""What does dbt cost over the same compiled SQL in one DuckDB process?

Ours: ``dbt build`` of the whole project (seeds, models, data tests), start included; what has not
changed since the last parse is not parsed again, as in a scheduled run.
Floor: what dbt compiled, model by model and test by test in the same order, through one connection.
A model in Python is no SQL: the floor finds its table already built.
"""

import json
import shutil
import subprocess
from pathlib import Path

import duckdb

from benchmarks.company import company
from benchmarks.measure import Answer, measure
from ingestion.pipeline import make_pipeline
from ingestion.registry import discover
from ingestion.settings import Settings
from orchestration.dbt_project import PROJECT_DIR, ensure_manifest, project, variables

DEALS = 20_000


def answer(folder: Path, deals: int = DEALS) -> Answer:
    """Build all models over a company of ``deals`` deals both ways."""
    with company(folder, deals) as settings:
        for name, spec in discover().items():
            make_pipeline(name, settings).run(spec.build(settings))
    copy = folder / "floor.duckdb"
    project(settings)
    manifest = ensure_manifest(settings)
    ours = measure(_dbt_build, settings)
    _dbt(settings, "compile")
    shutil.copy(settings.warehouse_path, copy)
    floor = measure(_run_sql, manifest, copy)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        counted = connection.execute("select count(*) from marts.fct_deals").fetchone()
    rows = int(counted[0]) if counted else 0
    return Answer(f"dbt build over {rows:,} deals / its SQL in DuckDB", ours, floor, rows)


def _dbt_build(settings: Settings) -> None:
    _dbt(settings, "build", "--exclude", "resource_type:unit_test")


def _dbt(settings: Settings, *command: str) -> None:
    dbt = project(settings)
    subprocess.run(
        [
            *("dbt", "--quiet", *command, "--vars", variables(settings)),
            *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
            *("--target-path", str(dbt.target_path)),
        ],
        check=True,
    )


def _run_sql(manifest_path: Path, path: Path) -> None:
    nodes = json.loads(manifest_path.read_text(encoding="utf-8"))["nodes"]
    with duckdb.connect(str(path)) as connection:
        # dbt compiled its references against the original file's catalog
        connection.execute("set timezone = 'UTC'")
        for name in in_order(nodes):
            node = nodes[name]
            sql = (node.get("compiled_code") or "").replace('"warehouse".', "")
            if node["resource_type"] == "test":
                connection.execute(sql).fetchall()
            elif node["resource_type"] == "model" and node["language"] == "sql" and sql:
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                relation = f'"{node["schema"]}"."{node["alias"]}"'
                connection.execute(f"drop {_existing(connection, node)} if exists {relation}")
                connection.execute(f"create {kind} {relation} as {sql}")


def _existing(connection: duckdb.DuckDBPyConnection, node: dict[str, str]) -> str:
    found = connection.execute(
        "select table_type from information_schema.tables"
        " where table_schema = ? and table_name = ?",
        [node["schema"], node["alias"]],
    ).fetchone()
    return "view" if found and found[0] == "VIEW" else "table"


def in_order(nodes: dict[str, dict[str, dict[str, list[str]]]]) -> list[str]:
    """Names of dbt's nodes, each after all that it rests on."""
    done: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in done or name not in nodes:
            return
        for upstream in nodes[name].get("depends_on", {}).get("nodes", []):
            visit(upstream)
        done[name] = None

    for name in nodes:
        visit(name)
    return list(done)
