"""The shape of the project: which way imports point, and that every part has all of its pieces."""

import ast
from pathlib import Path

import pytest
import yaml

from ingestion import registry

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (
    "ingestion",
    "expectations",
    "reporting",
    "orchestration",
    "sandbox",
    "dbt_project/attribution",
)
FORBIDDEN = {
    "ingestion": {"dagster", "dagster_dlt", "dagster_dbt", "expectations", "reporting"},
    "expectations": {"dagster", "dagster_dlt", "dagster_dbt", "ingestion", "reporting"},
    "reporting": {"dagster", "dagster_dlt", "dagster_dbt", "ingestion", "expectations"},
    "orchestration": set(),
    "dbt_project/attribution": {
        *("dagster", "dagster_dlt", "dagster_dbt", "dlt", "duckdb"),
        *("ingestion", "expectations", "reporting"),
    },
    "sandbox": {"dagster", "dlt", "ingestion", "expectations", "reporting"},
}
MARTS = sorted((ROOT / "dbt_project/models/marts").rglob("*.sql"))


def imported_packages(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_one_way(package: str) -> None:
    forbidden = FORBIDDEN[package]
    if package != "orchestration":
        forbidden = forbidden | {"orchestration"}
    if package != "sandbox":
        forbidden = forbidden | {"sandbox"}
    wrong = {
        str(path.relative_to(ROOT)): sorted(imported_packages(path) & forbidden)
        for path in (ROOT / package).rglob("*.py")
        if imported_packages(path) & forbidden
    }
    assert wrong == {}


def test_definitions_are_short() -> None:
    assert len((ROOT / "orchestration/definitions.py").read_text().splitlines()) <= 60


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for package in ("ingestion", "expectations", "reporting")
        for path in (ROOT / package).rglob("*.py")
        if "os.environ" in path.read_text(encoding="utf-8")
        or "getenv" in path.read_text(encoding="utf-8")
    ]
    assert [name for name in readers if name != "ingestion/settings.py"] in (
        [],
        ["expectations/judge.py"],  # switches Great Expectations' telemetry off
    )


@pytest.mark.parametrize("name", sorted(registry.discover()))
def test_every_source_has_all_of_its_parts(name: str) -> None:
    assert (ROOT / f"ingestion/sources/{name}/README.md").exists()
    assert list((ROOT / f"tests/ingestion/{name}").glob("test_*.py"))
    staging = ROOT / f"dbt_project/models/staging/{name}"
    assert (staging / f"_{name}__sources.yml").exists()
    assert list(staging.glob(f"stg_{name}__*.sql"))


@pytest.mark.parametrize("path", MARTS, ids=lambda path: path.stem)
def test_every_mart_states_its_grain_and_its_contract(path: Path) -> None:
    models = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))["models"]
    model = next(model for model in models if model["name"] == path.stem)
    assert model["description"].startswith("One row per ")
    assert model["config"]["contract"]["enforced"] is True
    columns = {column["name"]: column for column in model["columns"]}
    assert all(column.get("description") for column in columns.values())
    money = [
        column
        for column in columns.values()
        if column["data_type"].upper() in ("DOUBLE", "FLOAT", "REAL")
        and any(word in column["name"] for word in ("amount", "cost", "price", "revenue", "spend"))
    ]
    assert money == []


def test_there_are_marts() -> None:
    assert len(MARTS) >= 7
