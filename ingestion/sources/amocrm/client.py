"""Calls to API v4: one client and one throttle for all resources; pages, and nothing of tables."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from ingestion.errors import SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, HttpClient, Throttle, parse_json
from ingestion.settings import Settings
from ingestion.sources.amocrm.auth import Credentials, LongLivedToken, RotatingTokens
from ingestion.sources.amocrm.config import AmocrmSection
from ingestion.sources.amocrm.fields import Fields, Item

T = TypeVar("T")
logger = logging.getLogger(__name__)

NAME = "amoCRM"
Params = list[tuple[str, str | int]]
PAGES_PER_REPORT = 50
REMEMBERED_SECONDS = 900  # the account and its pipelines are asked for once a run, not once a table
# Calls start evenly and arrive less so: the reserve keeps any second of theirs within the limit.
RATE_RESERVE = 0.95
ACCOUNT_PARTS = "is_api_filter_enabled,datetime_settings"


@dataclass(frozen=True)
class Account:
    """What every resource needs to know before its first row."""

    id: int
    has_filter: bool  # the paid add-on: filter[...] on leads, contacts and companies
    created_at: int  # unix seconds, 0 where the account does not say
    item: Item


class AmocrmClient:
    """One account. Neither a secret nor the network is touched before the first call."""

    def __init__(
        self, settings: Settings, clock: Clock = SYSTEM_CLOCK, max_attempts: int = 6
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._max_attempts = max_attempts
        rate = settings.section(AmocrmSection).requests_per_second * RATE_RESERVE
        self._throttle = Throttle(rate, clock)
        self._remembered: dict[str, tuple[float, Any]] = {}

    @cached_property
    def http(self) -> HttpClient:
        section = self._settings.section(AmocrmSection)
        credentials: Credentials = LongLivedToken()
        if section.auth == "oauth":
            tokens = self._settings.state_dir / "amocrm_tokens.json"
            credentials = RotatingTokens(
                HttpClient(
                    *(NAME, section.base_url, self._throttle),
                    clock=self._clock,
                    max_attempts=self._max_attempts,
                ),
                *(section.redirect_uri, tokens),
            )
        return HttpClient(
            *(NAME, section.base_url, self._throttle, credentials.headers, credentials.renew),
            clock=self._clock,
            max_attempts=self._max_attempts,
        )

    def get(self, path: str, params: Params | None = None) -> dict[str, Any] | None:
        """The body of one answer; None for 204, amoCRM's way to say "nothing there"."""
        response = self.http.request("GET", f"/api/v4/{path}", params=params, accept=(200, 204))
        if response.status_code == 204 or not response.content:
            return None
        body = parse_json(response)
        if not isinstance(body, dict):
            raise SourceFormatError(
                f"{NAME}: {path} answered with something else than an object; "
                "check that base_url is the address of an amoCRM account"
            )
        return body

    def account(self) -> Account:
        return self._remember("account", self._read_account)

    def pipelines(self) -> list[Item]:
        """Pipelines with their statuses embedded."""
        path = "leads/pipelines"
        return self._remember(path, lambda: _items(self.get(path), "pipelines", path))

    def pages(
        self, path: str, name: str, params: Params | None = None, limit: int | None = None
    ) -> Iterator[list[Item]]:
        """Non-empty pages of ``_embedded.<name>``, until there is no next link or nothing comes.

        Of the next link only its being there is believed: it may drop parameters, and it may lead
        past the end. A page may be shorter than ``limit`` and not be the last. An empty answer
        in the middle, after a full page with a next link, is asked for once more.
        """
        page, full, total, was_promised = 1, 0, 0, False
        while True:
            query = [*(params or []), ("page", page)]
            query += [("limit", limit)] if limit else []
            body = self.get(path, query)
            items = _items(body, name, path)
            if not items and was_promised:
                logger.info("%s: %s: page %d came empty, asking once more", NAME, path, page)
                body = self.get(path, query)
                items = _items(body, name, path)
            if not items:
                return
            yield items
            total += len(items)
            full = max(full, len(items))
            if page % PAGES_PER_REPORT == 0:
                logger.info("%s: %s: %d pages, %d rows", NAME, path, page, total)
            if not _has_next(body):
                return
            was_promised = len(items) == full
            page += 1

    def _read_account(self) -> Account:
        item = self.get("account", [("with", ACCOUNT_PARTS)])
        account = Fields(item, "account")
        return Account(
            account.required_integer("id"),
            bool(account.flag("is_api_filter_enabled")),
            account.integer("created_at") or 0,
            account.item,
        )

    def _remember(self, key: str, read: Callable[[], T]) -> T:
        now = self._clock.now()
        asked_at, known = self._remembered.get(key, (float("-inf"), None))
        value: T = read() if now - asked_at > REMEMBERED_SECONDS else known
        if value is not known:
            self._remembered[key] = (now, value)
        return value


def _items(body: dict[str, Any] | None, name: str, path: str) -> list[Item]:
    if body is None:
        return []
    embedded = body.get("_embedded")
    items = embedded.get(name) if isinstance(embedded, dict) else None
    if not isinstance(items, list):
        raise SourceFormatError(
            f"{NAME}: {path} answered without _embedded.{name}; the API has changed, report it"
        )
    return items


def _has_next(body: dict[str, Any] | None) -> bool:
    links = (body or {}).get("_links")
    following = links.get("next") if isinstance(links, dict) else None
    return bool(following.get("href") if isinstance(following, dict) else following)
