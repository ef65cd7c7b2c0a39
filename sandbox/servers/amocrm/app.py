"""Routes of the local amoCRM."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.amocrm import dictionaries, entities, events, records
from sandbox.servers.amocrm.auth import Credentials, Tokens
from sandbox.servers.amocrm.limits import Limits
from sandbox.servers.amocrm.listing import Call, Walks, page_of
from sandbox.servers.replies import planned, problem
from sandbox.servers.traffic import Gate, Traffic
from sandbox.simulation.crm_keeping import crm_of

_WITH_FIELDS = ("leads", "contacts", "companies", "customers")


def create_app(
    company: Company,
    faults: Faults,
    credentials: Credentials | None = None,
    traffic: Traffic | None = None,
) -> Starlette:
    """An ASGI app speaking API v4 over ``company``.

    What it knows of itself is on ``app.state``: credentials, tokens, traffic.
    """
    credentials = credentials or Credentials()
    traffic = traffic or Traffic()
    tokens = Tokens(company, faults, credentials)
    walks = Walks(faults)
    feed = events.Feed(company, faults, walks)
    others = records.answers(company, crm_of(company), walks)

    def get(path: str, answer: Callable[[Call, Request], Response]) -> Route:
        async def endpoint(request: Request) -> Response:
            if not tokens.accepts(request):
                return problem(401, "Invalid or expired access token")
            return answer(Call(request, faults), request)

        return Route(f"/api/v4/{path}", endpoint, methods=["GET"])

    def fields_of(entity: str) -> Callable[[Call, Request], Response]:
        return lambda call, _: dictionaries.custom_fields(company, call, entity)

    def list_events(call: Call, _: Request) -> Response:
        return events.refusal(call.query) or page_of(
            call,
            "events",
            feed.rows(call),
            lambda event: events.render(event, company.spec.account_id, call),
            max_limit=faults.events_limit,
            arrange=events.shuffled,
        )

    async def unknown(request: Request, _: Exception) -> Response:
        return problem(404, f"Cannot {request.method} {request.url.path}!")

    app = Starlette(
        routes=[
            Route("/oauth2/access_token", tokens.exchange, methods=["POST"]),
            get("account", lambda call, _: dictionaries.account(company, call)),
            get("users", lambda call, _: dictionaries.users(company, call)),
            get("leads/pipelines", lambda call, _: dictionaries.pipelines(company, call)),
            get("leads/loss_reasons", lambda call, _: dictionaries.loss_reasons(company, call)),
            *(get(f"{entity}/custom_fields", fields_of(entity)) for entity in _WITH_FIELDS),
            get("leads", lambda call, _: entities.leads(company, call, walks)),
            get(
                "leads/{id:int}",
                lambda call, request: entities.lead(company, call, request.path_params["id"]),
            ),
            get("contacts", lambda call, _: entities.contacts(company, call, walks)),
            get("companies", lambda call, _: entities.companies(company, call, walks)),
            get("events", list_events),
            get(
                "events/{id}",
                lambda call, request: events.one(feed, call, request.path_params["id"]),
            ),
            get("tasks", lambda call, _: entities.tasks(company, call, walks)),
            *(get(path, answer) for path, answer in others.items()),
        ],
        middleware=[
            Middleware(
                Gate, faults=faults, traffic=traffic, refuse=Limits(faults).refuse, fail=planned
            )
        ],
        exception_handlers={404: unknown, 405: unknown},
    )
    app.state.credentials, app.state.tokens, app.state.traffic = credentials, tokens, traffic
    return app
