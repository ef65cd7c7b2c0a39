"""Routes of the local Metrica."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.replies import as_json, proxy_page
from sandbox.servers.traffic import Gate, Traffic
from sandbox.servers.yandex_metrica.errors import MetricaError, error_response
from sandbox.servers.yandex_metrica.faults import MetricaFaults
from sandbox.servers.yandex_metrica.logs import Logs
from sandbox.simulation.calls import SITE
from sandbox.simulation.visits import COUNTER, browse

_CHUNK = 2**16


class Counter:
    """The counter one token opens."""

    def __init__(self, company: Company, faults: MetricaFaults) -> None:
        self.company, self.faults = company, faults
        self.token = "y0_" + secrets.token_hex(24)
        self.logs = Logs(COUNTER, browse(company), company.spec.as_of, faults)

    def endpoint(self, answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
        """Checks every request has to pass, and errors in Metrica's form."""

        async def respond(request: Request) -> Response:
            try:
                if self.faults.errors:
                    raise MetricaError(*self.faults.errors.popleft())
                if request.headers.get("authorization") != f"OAuth {self.token}":
                    raise MetricaError(403, "invalid_token", "Invalid oauth_token")
                if request.path_params["counter"] != self.logs.counter:
                    raise MetricaError(403, "access_denied", "Access is denied")
                found = answer(request)
            except MetricaError as error:
                return error_response(error)
            if isinstance(found, Response):
                return found
            return Response(as_json(found), media_type="application/x-yametrika+json")

        return respond

    def describe(self, _: Request) -> Any:
        return {
            "counter": {
                "id": self.logs.counter,
                "name": self.company.name,
                "status": "Active",
                "site2": {"site": SITE},
                "permission": "view",
                "time_zone_name": self.faults.timezone,
            }
        }

    def evaluate(self, request: Request) -> Any:
        return {"log_request_evaluation": self.logs.evaluate(dict(request.query_params))}

    def requests(self, request: Request) -> Any:
        if request.method == "POST":
            return {"log_request": self.logs.create(dict(request.query_params)).body()}
        return {"requests": [asked.body() for asked in self.logs.requests.values()]}

    def look(self, request: Request) -> Any:
        return {"log_request": self.logs.look(request.path_params["asked"]).body()}

    def clean(self, request: Request) -> Any:
        return {"log_request": self.logs.clean(request.path_params["asked"]).body()}

    def cancel(self, request: Request) -> Any:
        return {"log_request": self.logs.cancel(request.path_params["asked"]).body()}

    def download(self, request: Request) -> Response:
        part = self.logs.part(request.path_params["asked"], request.path_params["part"])

        def chunks() -> Iterator[bytes]:
            for start in range(0, len(part), _CHUNK):
                yield part[start : start + _CHUNK]

        return StreamingResponse(chunks(), media_type="text/tab-separated-values")


def create_app(company: Company, faults: Faults) -> Starlette:
    """An ASGI app like Metrica's; ``app.state.counter`` has its token and its logs."""
    counter, traffic = Counter(company, faults.of(MetricaFaults)), Traffic()
    root = "/management/v1/counter/{counter:int}"
    one = f"{root}/logrequest/{{asked:int}}"
    app = Starlette(
        routes=[
            Route(root, counter.endpoint(counter.describe)),
            Route(f"{root}/logrequests/evaluate", counter.endpoint(counter.evaluate)),
            Route(
                f"{root}/logrequests", counter.endpoint(counter.requests), methods=["GET", "POST"]
            ),
            Route(one, counter.endpoint(counter.look)),
            Route(f"{one}/part/{{part:int}}/download", counter.endpoint(counter.download)),
            Route(f"{one}/clean", counter.endpoint(counter.clean), methods=["POST"]),
            Route(f"{one}/cancel", counter.endpoint(counter.cancel), methods=["POST"]),
        ],
        middleware=[
            Middleware(Gate, faults=faults, traffic=traffic, refuse=lambda: None, fail=proxy_page)
        ],
    )
    app.state.counter, app.state.traffic = counter, traffic
    return app
