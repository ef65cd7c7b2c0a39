"""A company whose deliveries go to real local services, at hours that a test sets."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.delivery_config import Via
from ingestion.settings import Settings, read_company_config
from orchestration.assets.report import read_report
from orchestration.deliveries import Work, again, deliver
from orchestration.delivery import content
from orchestration.delivery.files import Makers
from orchestration.delivery.log import Delivery
from orchestration.delivery.office import Office
from orchestration.delivery.ways import build_way
from reporting.deliver.parcel import Way
from reporting.deliver.telegram import Telegram
from reporting.scope import Scope
from reporting.view import Language, Report
from tests import published_copy
from tests.delivery_servers import TelegramService, telegram
from tests.published_copy import FIRST, Found

MORNING = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)  # Tuesday, 09:00 in Moscow
OWNER, HEAD, MANAGER, TECHNICIAN = "100", "200", "300", "400"
EVERYBODY = f"""
[[delivery.recipients]]
name = "Хозяин"
role = "owner"
via = "telegram"
to = "{OWNER}"

[[delivery.recipients]]
name = "РОП"
role = "head_of_sales"
via = "telegram"
to = "{HEAD}"
pipelines = ["продажи"]

[[delivery.recipients]]
name = "Борис"
role = "manager"
via = "telegram"
to = "{MANAGER}"
user = "Борис Лис"

[[delivery.recipients]]
name = "Админ"
role = "technical"
via = "telegram"
to = "{TECHNICIAN}"
"""
OWNER_ONLY = EVERYBODY.split("\n\n")[0]


@dataclass
class Company:
    """Folders, settings and the bot; ``at`` is what the clock says."""

    folder: Path
    service: TelegramService
    settings: Settings
    at: datetime = MORNING
    made: list[str] = field(default_factory=list)

    def deliver(self, work: Work = "daily", **more: str) -> list[Delivery]:
        office = self.office()
        with office.opened(5):
            return deliver(office, work, makers=self.makers(), **more)

    def again(self, prefix: str) -> Delivery:
        office = self.office()
        with office.opened(5):
            return again(office, prefix)

    def office(self) -> Office:
        def build(via: Via, settings: Settings) -> Way:
            if via != "telegram":
                return build_way(via, settings)
            # the client's pauses are looked at where the client is tested
            token, url = self.service.bot.token, settings.delivery.telegram.base_url
            return Telegram(token, url, timeout_seconds=5, sleep=lambda _: None)

        return Office(self.settings, clock=lambda: self.at, build=build)

    def publish(self, findings: Iterable[Found] = FIRST, **more: object) -> None:
        published_copy.create(self.settings.published_dir, findings, **more)  # type: ignore[arg-type]

    def log(self) -> list[tuple[str, str, str, str]]:
        """Recipient, kind, part and status of every row."""
        return self.sql("select recipient, kind, part, status from ops.deliveries order by all")

    def sql(self, query: str) -> list[tuple[str, str, str, str]]:
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as con:
            return con.execute(query).fetchall()

    def makers(self) -> Makers:
        """Files that hold what their reader's scope allows, as the real ones do."""

        def page(report: object, folder: Path) -> Path:
            return _write(folder / "report.html", "whole")

        def picture(report: object, folder: Path) -> Path:
            return _write(folder / "report.png", "picture")

        def pages(con: duckdb.DuckDBPyConnection, *, folder: Path, **_: object) -> dict[int, Path]:
            self.made.append("pages")
            folder.mkdir(parents=True)
            rows = con.execute(
                "select responsible_user_id, string_agg(deal_name, '; ') from quality.findings"
                " group by 1"
            ).fetchall()
            return {user: _write(folder / f"{user}.html", names) for user, names in rows}

        def table(con: duckdb.DuckDBPyConnection, path: Path, *, scope: Scope, **_: object) -> Path:
            self.made.append(path.name)
            rows = con.execute(
                f"select deal_name from quality.findings where {scope.condition()}"
            ).fetchall()
            return _write(path, "; ".join(name for (name,) in rows))

        return Makers(page, picture, pages, table)


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def config(url: str, recipients: str, delivery: str = "") -> str:
    return f"""
[company]
name = "Окна & <Двери>"
[delivery]
{delivery or "max_attempts = 3"}
[delivery.telegram]
base_url = "{url}"
timeout_seconds = 5
{recipients}
[sources.amocrm]
enabled = true
base_url = "https://demo.amocrm.ru"
[sources.yandex_direct]
enabled = true
logins = ["x"]
[sources.bank_1c]
enabled = true
"""


_REPORTS: dict[Language, Report] = {}


def _read_report(con: duckdb.DuckDBPyConnection, settings: Settings, language: Language) -> Report:
    """The page itself does not change with the findings of these tests, so it is read once."""
    if language not in _REPORTS:
        _REPORTS[language] = read_report(con, settings, language)
    return _REPORTS[language]


@contextmanager
def company(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    recipients: str = EVERYBODY,
    delivery: str = "",
) -> Iterator[Company]:
    folder.mkdir(exist_ok=True)
    with telegram() as service:
        monkeypatch.setenv("DELIVERY__TELEGRAM_TOKEN", service.bot.token)
        path = folder / "company.toml"
        path.write_text(config(service.url, recipients, delivery), encoding="utf-8")
        # in a replay sources do not age by the clock
        settings = Settings(
            folder, path, read_company_config(path), as_of=MORNING, lock_wait_seconds=1
        )
        monkeypatch.setattr(content, "read_report", _read_report)
        found = Company(folder, service, settings)
        found.publish()
        yield found
