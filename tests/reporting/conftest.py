import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from reporting.data import FeedStatus, build_view, open_marts
from reporting.view import Language, Report
from tests.reporting import warehouse
from tests.reporting.rule_texts import TITLES

AS_OF = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)


def _feeds(crm: str, cabinet: str, bank: str) -> tuple[FeedStatus, ...]:
    saturday = datetime(2026, 10, 31, tzinfo=UTC)
    return (
        FeedStatus(
            *("amocrm", crm, "ok", datetime(2026, 10, 31, 19, 40, tzinfo=UTC), 48211),
            brings=frozenset({"deals"}),
        ),
        FeedStatus(
            *("yandex_direct", cabinet, "stale", datetime(2026, 10, 28, tzinfo=UTC), 1),
            brings=frozenset({"spend"}),
        ),
        FeedStatus("bank_1c", bank, "ok", saturday, 90, brings=frozenset({"money"})),
    )


FEEDS = {
    "ru": _feeds("amoCRM", "Яндекс Директ", "Банк (выписки 1С)"),
    "en": _feeds("amoCRM", "Yandex Direct", "Bank (1C statements)"),
}


def view_of(
    path: Path, language: Language = "ru", feeds: Sequence[FeedStatus] | None = None
) -> Report:
    with open_marts(path) as con:
        return build_view(
            con,
            language=language,
            generated_at=AS_OF,
            zone=ZoneInfo("Europe/Moscow"),
            company_name="Окна & Двери" if language == "ru" else "Windows & Doors",
            currency="RUB",
            rule_titles=TITLES[language],
            feeds=FEEDS[language] if feeds is None else feeds,
        )


@pytest.fixture(scope="session")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marts") / "marts.duckdb"
    warehouse.create(path)
    return path


@pytest.fixture(scope="session")
def empty_marts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "marts.duckdb"
    warehouse.create(path, is_empty=True)
    return path


@pytest.fixture(scope="session")
def report(marts: Path) -> Report:
    return view_of(marts)


@pytest.fixture
def change(marts: Path, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the warehouse after some statements."""

    def apply(*statements: str) -> Path:
        path = tmp_path / "changed.duckdb"
        shutil.copy(marts, path)
        with duckdb.connect(str(path)) as con:
            for statement in statements:
                con.execute(statement)
        return path

    return apply
