"""Renders macros and models without dbt, so that a test can run their SQL on data of its own."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import jinja2

from tests.dbt.conftest import PROJECT

NO_RELATIONS: Mapping[str, str] = MappingProxyType({})


class _Adapter:
    """Stands in for dbt's adapter: every engine macro is dispatched to its form for DuckDB."""

    def __init__(self, module: Callable[[], object]) -> None:
        self._module = module

    def dispatch(self, name: str, _package: str) -> Callable[..., str]:
        module = self._module()
        found = getattr(module, f"duckdb__{name}", None) or getattr(module, f"default__{name}")
        return lambda *arguments: str(found(*arguments)).strip()


def render(template: str, relations: Mapping[str, str] = NO_RELATIONS, **variables: Any) -> str:
    """SQL of a template that may call macros of the project.

    A model is the table of its name, or what ``relations`` says of it.
    """
    macros = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("macros/engine", "macros")
        for path in sorted((PROJECT / folder).glob("*.sql"))
    )
    settings: Mapping[str, Any] = {
        "company_timezone": "Europe/Moscow",
        "working_day_start": 9,
        "working_day_end": 18,
        "working_weekdays": [1, 2, 3, 4, 5],
    } | variables
    environment = jinja2.Environment(autoescape=False, extensions=["jinja2.ext.do"])
    environment.globals |= {
        "adapter": _Adapter(lambda: environment.from_string(macros).module),
        "return": lambda value: value,
        "var": settings.__getitem__,
        "ref": lambda name: relations.get(name, name),
    }
    return environment.from_string(macros + template).render()


def render_model(path: str, relations: Mapping[str, str] = NO_RELATIONS, **variables: Any) -> str:
    """SQL of a model, by its path under ``models/``."""
    template = (PROJECT / "models" / path).read_text(encoding="utf-8")
    return render(template, relations, **variables)
