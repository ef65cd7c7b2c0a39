"""HTTP to YooKassa's API v3: lists of payments and refunds, page by page."""

import base64
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import requests

from ingestion.days import DAY, Span
from ingestion.errors import AuthError, RequestRejectedError, SkvozError, SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, ForbiddenError, HttpClient, Throttle, parse_json
from ingestion.settings import secret
from ingestion.sources.yookassa.config import YookassaSection
from ingestion.sources.yookassa.settings import NAME, PAGE

Listing = Literal["payments", "refunds"]
Moment = Literal["created_at", "captured_at"]

# Waiting does not mend these; 429 and 5xx are waited out by the client below.
_MEANINGS = {
    400: "rejects the request; check sources.yookassa in company.toml",
    401: "does not accept shopId and secret key; issue a new key in the shop's settings and "
    "replace the secret secret_key",
    403: "does not let this key read payments; issue one in the shop's own cabinet",
    404: "knows no such address; check sources.yookassa.base_url",
}


class YookassaClient:
    """Calls for any of the company's shops; one throttle for all of them."""

    def __init__(
        self, section: YookassaSection, clock: Clock = SYSTEM_CLOCK, page: int = PAGE
    ) -> None:
        self._section = section
        self._clock = clock
        self._page = page
        self._throttle = Throttle(section.requests_per_second, clock)
        self._clients: dict[str, HttpClient] = {}

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def listed(self, listing: Listing, shop: str, span: Span, by: Moment) -> Iterator[Any]:
        """Objects of a span of UTC days, both ends inclusive, as the API has them, newest first.

        Raises:
            AuthError, RequestRejectedError: YooKassa refuses; the text has its own words.
            SourceFormatError: an answer is not of the documented form.
        """
        bounds = {f"{by}.gte": _midnight(span[0]), f"{by}.lt": _midnight(span[1] + DAY)}
        params: dict[str, str | int] = {**bounds, "limit": self._page}
        seen: set[str] = set()
        while True:
            body = self._ask(listing, shop, params)
            yield from body["items"]
            cursor = body.get("next_cursor")
            if not cursor or cursor in seen:
                return
            seen.add(cursor)
            params["cursor"] = cursor

    def ping(self, shop: str, day: date) -> int:
        """How many payments of a day there are, at most one page; to see whether the key opens."""
        body = self._ask(
            "payments",
            shop,
            {"created_at.gte": _midnight(day), "created_at.lt": _midnight(day + DAY), "limit": 1},
        )
        return len(body["items"])

    def _ask(self, listing: Listing, shop: str, params: dict[str, str | int]) -> dict[str, Any]:
        response = self._client(shop).request("GET", listing, params, accept=(200, *_MEANINGS))
        if response.status_code != 200:
            raise _error_for(response, shop, secret(NAME, "secret_key", shop))
        body = parse_json(response)
        items = body.get("items") if isinstance(body, dict) else None
        if not isinstance(items, list) or not isinstance(body.get("next_cursor") or "", str):
            raise SourceFormatError(
                f"yookassa: shop {shop}: the list of {listing} is not in the documented form; "
                "nothing of it is loaded, check sources.yookassa.base_url in company.toml"
            )
        found: dict[str, Any] = body
        return found

    def _client(self, shop: str) -> HttpClient:
        if shop not in self._clients:

            def auth() -> dict[str, str]:
                pair = f"{shop}:{secret(NAME, 'secret_key', shop)}"
                return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

            self._clients[shop] = HttpClient(
                NAME,
                self._section.base_url,
                self._throttle,
                auth=auth,
                clock=self._clock,
                timeout=self._section.timeout_seconds,
                max_attempts=self._section.max_attempts,
            )
        return self._clients[shop]


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00.000Z"


def _error_for(response: requests.Response, shop: str, key: str) -> SkvozError:
    """The error that stops the load; the body is {type, id, code, description, parameter}."""
    status = response.status_code
    try:
        body = parse_json(response)
    except SourceFormatError:
        body = None
    body = body if isinstance(body, dict) else {}
    said = [str(status)]
    said += [str(body[name]) for name in ("code", "description", "parameter") if body.get(name)]
    if body.get("id"):
        said.append(f"id {body['id']} for YooKassa's support")
    text = ", ".join(part.replace(key, "***")[:300] for part in said)
    kind = {401: AuthError, 403: ForbiddenError}.get(status, RequestRejectedError)
    return kind(f"yookassa: shop {shop}: YooKassa {_MEANINGS[status]} ({text})")
