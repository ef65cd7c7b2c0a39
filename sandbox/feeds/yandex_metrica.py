"""The site's web counter, behind a service that speaks Metrica's Logs API."""

from starlette.applications import Starlette

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.yandex_metrica import create_app
from sandbox.simulation.visits import COUNTER, truth


def config(company: Company, url: str) -> str:
    return section(
        "yandex_metrica",
        base_url=url,
        counters=[str(COUNTER)],
        history_months=company.spec.months + 1,
        days_per_round=365,
        poll_seconds=1,
        requests_per_second=10,
    )


def secrets(app: Starlette) -> dict[str, str]:
    return {"SOURCES__YANDEX_METRICA__TOKEN": app.state.counter.token}


FEED = Feed("yandex_metrica", config, create_app, secrets, truth=truth)
