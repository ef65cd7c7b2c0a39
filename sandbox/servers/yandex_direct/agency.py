"""The service of an agency's clients, method get."""

from typing import Any

from starlette.responses import Response

from sandbox.servers.yandex_direct.errors import DirectError
from sandbox.servers.yandex_direct.objects import checked_params, field_names, page
from sandbox.servers.yandex_direct.switches import DirectFaults

_FIELDS = ("Login", "ClientId", "ClientInfo", "Currency", "Archived", "Type")


def get(body: dict[str, Any], logins: list[str], switches: DirectFaults) -> Response:
    """One page of clients; the token must be an agency's.

    Raises:
        DirectError: 54 for an advertiser's token, 8000 for a request that is not well formed.
    """
    if not switches.is_agency:
        raise DirectError(54, "The method is available to agencies only")
    params = checked_params(body)
    names = field_names(params, "FieldNames", _FIELDS)
    wanted = (params.get("SelectionCriteria") or {}).get("Archived")
    clients = [
        {
            "Login": login,
            "ClientId": 40_000_000 + number,
            "ClientInfo": f"Клиент {login}",
            "Currency": "RUB",
            "Archived": "YES" if login in switches.archived_logins else "NO",
            "Type": "SUBCLIENT",
        }
        for number, login in enumerate(logins)
    ]
    found = [client for client in clients if wanted in (None, client["Archived"])]
    return page(params, switches, "Clients", found, lambda c: {name: c[name] for name in names})
