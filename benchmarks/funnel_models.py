"""What do the funnel models cost at the size of amoCRM's limits, over their own SQL in one process?

Ten pipelines of a hundred stages. Ours: ``dbt build`` of the marts of the funnel with all they
rest on and their data tests, on two threads and with a bound on DuckDB's memory. Floor: what dbt
compiled, model by model and test by test in the same order, through one connection with the same
settings; the one model in Python is taken over as a table, and seeds are loaded before both.

``python -m benchmarks.funnel_models --deals 1000000`` prints the slowest models too, and what the
day after costs, in which one deal in a hundred has changed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import yaml

from benchmarks.build_models import in_order
from benchmarks.funnel_account import AS_OF, fill, next_day
from benchmarks.measure import Answer, measure
from orchestration.dbt_project import PROJECT_DIR

DEALS = 100_000
MEMORY = "3GB"
THREADS = 2
_SELECT = [
    *("--select", "+path:models/marts/funnel", "--exclude", "resource_type:unit_test"),
    *("--indirect-selection", "cautious"),  # only tests of what is built here
]
_NEXT_DAY = "2026-11-01T20:00:00+00:00"


def answer(folder: Path, deals: int = DEALS) -> Answer:
    """Build the funnel of an account with so many deals both ways."""
    prepare(folder, deals)
    ours = measure(_build, folder)
    floor = measure(run_compiled, folder, folder / "seconds.json")
    return Answer(f"funnel models of {deals:,} deals / their SQL in DuckDB", ours, floor, deals)


def prepare(folder: Path, deals: int) -> None:
    """A warehouse with raw tables and seeds, and a copy of it for the floor."""
    fill(folder / "warehouse.duckdb", deals)
    output = {
        "type": "duckdb",
        "path": str(folder / "warehouse.duckdb"),
        "schema": "main",
        "threads": THREADS,
        "settings": {"TimeZone": "UTC", "memory_limit": MEMORY, "threads": THREADS},
    }
    profile = {"skvoz": {"target": "duckdb", "outputs": {"duckdb": output}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")
    dbt(folder, "seed")
    (folder / "floor").mkdir()
    shutil.copy(folder / "warehouse.duckdb", folder / "floor" / "warehouse.duckdb")


def dbt(folder: Path, *command: str, as_of: str = AS_OF) -> None:
    """One dbt command on the account.

    Raises:
        RuntimeError: dbt failed; the text is its own output.
    """
    variables = json.dumps({"as_of": as_of, "enabled_sources": ["raw_amocrm"]})
    process = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("dbt")), *command, "--vars", variables),
            *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(folder), "--no-use-colors"),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        ],
        env=os.environ | {"SKVOZ_WAREHOUSE": str(folder / "warehouse.duckdb")},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode != 0:
        raise RuntimeError(process.stdout[-5000:] + process.stderr[-2000:])


def _build(folder: Path, as_of: str = AS_OF) -> None:
    dbt(folder, "build", *_SELECT, as_of=as_of)


def run_compiled(folder: Path, timings: Path) -> None:
    """The compiled SQL of the last build through one connection; seconds of a node into a file."""
    nodes = json.loads((folder / "target/manifest.json").read_text(encoding="utf-8"))["nodes"]
    built = {result["unique_id"] for result in run_results(folder)}
    seconds = {}
    with duckdb.connect(str(folder / "floor" / "warehouse.duckdb")) as connection:
        connection.execute(f"set memory_limit = '{MEMORY}'")
        connection.execute(f"set threads = {THREADS}")
        connection.execute("set enable_progress_bar = false")
        connection.execute("set timezone = 'UTC'")
        for name in in_order(nodes):
            node = nodes[name]
            if name in built:
                started = time.perf_counter()
                _execute(connection, node, folder)
                seconds[name] = time.perf_counter() - started
    timings.write_text(json.dumps(seconds), encoding="utf-8")


def _execute(connection: duckdb.DuckDBPyConnection, node: dict[str, Any], folder: Path) -> None:
    sql = node.get("compiled_code") or ""
    relation = f'"{node["schema"]}"."{node["alias"]}"'
    if node["resource_type"] == "test":
        connection.execute(sql).fetchall()
    elif node["resource_type"] == "model":
        connection.execute(f'create schema if not exists "{node["schema"]}"')
        if node["language"] == "python":
            connection.execute(f"attach '{folder / 'warehouse.duckdb'}' as ours (read_only)")
            connection.execute(f"create table {relation} as from ours.{relation}")
            connection.execute("detach ours")
        else:
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            connection.execute(f"create {kind} {relation} as {sql}")


def run_results(folder: Path) -> list[dict[str, Any]]:
    """What dbt says of each node of its last run."""
    text = (folder / "target/run_results.json").read_text(encoding="utf-8")
    results: list[dict[str, Any]] = json.loads(text)["results"]
    return results


def main() -> None:
    """Both sides, the slowest nodes of each, and the day after."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.funnel_models")
    parser.add_argument("--deals", type=int, default=DEALS)
    parser.add_argument("--folder", type=Path, help="where to keep the warehouse; else deleted")
    arguments = parser.parse_args()
    if arguments.folder is not None:
        arguments.folder.mkdir(parents=True)
        _report(arguments.folder, arguments.deals)
        return
    with tempfile.TemporaryDirectory() as folder:
        _report(Path(folder), arguments.deals)


def _report(folder: Path, deals: int) -> None:
    found = answer(folder, deals)
    ours = {result["unique_id"]: result["execution_time"] for result in run_results(folder)}
    floor = json.loads((folder / "seconds.json").read_text(encoding="utf-8"))
    print(f"{found.question}: {found.ratio:.2f}")
    processors = found.ours.processor_seconds / found.floor.processor_seconds
    print(f"  in seconds of processors: {processors:.2f}")
    for side, measured in (("dbt", found.ours), ("DuckDB", found.floor)):
        print(
            f"  {side}: {measured.seconds:.0f} s, {measured.processor_seconds:.0f} s of processors,"
            f" {measured.peak_mb} MB"
        )
    for name in sorted(floor, key=lambda name: -floor[name])[:40]:
        print(f"{floor[name]:8.2f} {ours[name]:8.2f}  {name.split('.')[2]}")
    changed = next_day(folder / "warehouse.duckdb")
    again = measure(_build, folder, _NEXT_DAY)
    print(
        f"the day after, {changed:,} deals changed: {again.seconds:.0f} s,"
        f" {again.processor_seconds:.0f} s of processors,"
        f" {again.processor_seconds / found.ours.processor_seconds:.2f} of the first build"
    )


if __name__ == "__main__":
    main()
