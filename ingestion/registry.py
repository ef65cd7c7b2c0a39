"""Finds the sources: every package under ``ingestion/sources`` that defines ``SOURCE``."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from dlt.extract import DltSource

from ingestion import sources
from ingestion.sections import SourceSection

if TYPE_CHECKING:  # the settings ask the registry what sections there are
    from ingestion.settings import Settings


@dataclass(frozen=True)
class DoctorLine:
    """One thing that was looked at, in words for the person who has to mend it."""

    source: str
    check: str
    status: Literal["ok", "warning", "failed", "off"]
    message: str
    action: str = ""


# What numbers rest on a source: a report without any source of money shows no money, not zeros.
Brings = Literal["deals", "money", "spend", "inquiries", "visits", "rates"]


@dataclass(frozen=True)
class SourceSpec:
    """What the project knows of a source.

    ``build`` reads neither secrets nor the network (both wait until a resource runs) and returns a
    source whose dlt schema is named ``name``; its rows land in the DuckDB schema ``raw_<name>``.
    ``section`` describes its table of ``config/company.toml``. ``title_ru`` is what the owner's
    page calls it. ``doctor`` may call the service and never raises
    for an expected trouble. ``problems`` is a query over the loaded tables that returns what could
    not be loaded whole: kind text, subject text, amount decimal(18, 2) or NULL, rows bigint,
    detail text (English). A source that has none leaves it empty. ``dbt_vars`` are what its
    models ask of the company's settings, by dbt's names.
    """

    name: str
    title: str
    title_ru: str
    section: type[SourceSection]
    brings: frozenset[Brings]
    build: Callable[["Settings"], DltSource]
    doctor: Callable[["Settings"], Iterable[DoctorLine]]
    cadence: Literal["hourly", "daily"] = "daily"
    max_age: timedelta = field(default=timedelta(hours=36))
    problems: str = ""
    dbt_vars: Callable[["Settings"], dict[str, str]] | None = None

    def enabled(self, settings: "Settings") -> bool:
        return bool(getattr(settings.sources, self.name).enabled)


@cache
def discover() -> dict[str, SourceSpec]:
    """All sources by name, in alphabetical order."""
    found: dict[str, SourceSpec] = {}
    for module_info in pkgutil.iter_modules(sources.__path__, sources.__name__ + "."):
        if not module_info.ispkg:
            continue
        spec: SourceSpec | None = getattr(importlib.import_module(module_info.name), "SOURCE", None)
        if spec is not None:  # an architecture test finds a folder that forgot it
            found[spec.name] = spec
    return dict(sorted(found.items()))


def enabled(settings: "Settings") -> dict[str, SourceSpec]:
    """The sources that the company switched on, by name."""
    return {name: spec for name, spec in discover().items() if spec.enabled(settings)}
