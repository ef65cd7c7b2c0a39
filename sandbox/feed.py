"""A feed of the demo company: a service or a folder of files that the project can load.

Each lives in ``sandbox/feeds/<name>.py`` as ``FEED``, named as the project's own source.
"""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
from starlette.applications import Starlette

from sandbox.faults import Faults
from sandbox.model import Company

# What the smallest whole company has; every other feed is added by name.
CORE = ("amocrm", "yandex_direct", "bank_1c")


def no_secrets(_: Starlette) -> dict[str, str]:
    return {}


def no_files(_: Company, __: Path) -> None:
    return None


def no_truth(_: Company) -> dict[str, pa.Table]:
    return {}


@dataclass(frozen=True)
class Feed:
    """One feed.

    Args:
        config: the lines of ``company.toml`` that switch the source on, given where its service
            listens ("" for files).
        create_app: an ASGI app over the company with its ``Traffic`` in ``state.traffic``; None
            for a feed of files.
        secrets: environment variables that open the app.
        write_files: lays files out under the given inbox folder.
        truth: what is true of the feed, by table.
    """

    name: str
    config: Callable[[Company, str], str]
    create_app: Callable[[Company, Faults], Starlette] | None = None
    secrets: Callable[[Starlette], dict[str, str]] = no_secrets
    write_files: Callable[[Company, Path], None] = no_files
    truth: Callable[[Company], dict[str, pa.Table]] = no_truth


@cache
def discover() -> dict[str, Feed]:
    """All feeds by name, in alphabetical order."""
    from sandbox import feeds

    names = (module.name for module in pkgutil.iter_modules(feeds.__path__, feeds.__name__ + "."))
    found = (importlib.import_module(name).FEED for name in names)
    return {feed.name: feed for feed in sorted(found, key=lambda feed: feed.name)}


def everything() -> list[str]:
    """Every feed that one company can have at once: its deals come from one place only."""
    return [name for name in discover() if name != "files"]


def chosen(names: Iterable[str]) -> list[Feed]:
    """Feeds by name, the order kept."""
    known = discover()
    return [known[name] for name in names]


def section(name: str, **settings: str | int | bool | list[str]) -> str:
    """A switched-on source's table of ``company.toml``."""
    # JSON's strings, numbers, booleans and arrays of strings are valid TOML
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()]
    return "\n".join([f"[sources.{name}]", "enabled = true", *lines, ""])
