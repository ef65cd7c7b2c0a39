"""Routes of everything beside cards, tasks and stages: path -> answer."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from sandbox.model import Company
from sandbox.servers.amocrm import catalogs, customers, inbox
from sandbox.servers.amocrm.listing import Call, Walks
from sandbox.servers.amocrm.notes import notes
from sandbox.simulation.crm_model import Crm

Answer = Callable[[Call, Request], Response]
_ENTITIES = ("leads", "contacts", "companies", "customers")


def answers(company: Company, crm: Crm, walks: Walks) -> dict[str, Answer]:
    """What answers every path; ``{id:int}`` is Starlette's."""
    found: dict[str, Answer] = {
        "leads/unsorted": lambda call, _: inbox.unsorted(company, crm, call, walks),
        "talks/{id:int}": lambda call, request: inbox.talk(company, crm, call, _id(request)),
        "catalogs": lambda call, _: catalogs.catalogs(company, crm, call),
        "catalogs/{id:int}/elements": lambda call, request: catalogs.elements(
            company, crm, call, _id(request)
        ),
        "customers": _if_on(crm, lambda call, _: customers.customers(company, crm, call)),
        "customers/transactions": _if_on(
            crm, lambda call, _: customers.transactions(company, crm, call)
        ),
        "customers/statuses": _if_on(
            crm, lambda call, _: customers.statuses(company, crm, call), needs_periodicity=True
        ),
    }
    for entity in _ENTITIES:
        found |= {
            f"{entity}/notes": _notes(company, crm, walks, entity),
            f"{entity}/{{id:int}}/notes": _notes(company, crm, walks, entity),
            f"{entity}/tags": _tags(crm, entity),
        }
    for path in ("customers/notes", "customers/tags"):
        found[path] = _if_on(crm, found[path])
    return found


def _notes(company: Company, crm: Crm, walks: Walks, entity: str) -> Answer:
    return lambda call, request: notes(
        company, crm, call, walks, entity, request.path_params.get("id")
    )


def _tags(crm: Crm, entity: str) -> Answer:
    return lambda call, _: catalogs.tags(crm, call, entity)


def _if_on(crm: Crm, answer: Answer, *, needs_periodicity: bool = False) -> Answer:
    def answered(call: Call, request: Request) -> Response:
        refused = customers.refusal(crm, call, needs_periodicity=needs_periodicity)
        return refused or answer(call, request)

    return answered


def _id(request: Request) -> int:
    found: int = request.path_params["id"]
    return found
