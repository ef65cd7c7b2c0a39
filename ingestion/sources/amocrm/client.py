"""Calls to API v4: one throttle for all accounts and resources; pages, and nothing of tables."""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import requests

from ingestion.errors import SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, HttpClient, Throttle, parse_json
from ingestion.settings import Settings
from ingestion.sources.amocrm.ahead import in_order
from ingestion.sources.amocrm.auth import Credentials, LongLivedToken, RotatingTokens
from ingestion.sources.amocrm.config import AccountSection, AmocrmSection
from ingestion.sources.amocrm.fields import Fields, Item
from ingestion.sources.amocrm.pace import Pace
from ingestion.sources.amocrm.parsing import parse_page

T = TypeVar("T")
logger = logging.getLogger(__name__)

NAME = "amoCRM"
Params = list[tuple[str, str | int]]
PAGES_PER_REPORT = 50
REMEMBERED_SECONDS = 900  # the account and its pipelines are asked for once a run, not once a table
ACCOUNT_PARTS = "is_api_filter_enabled,datetime_settings,invoices_settings"


@dataclass(frozen=True)
class Account:
    """What every resource needs to know before its first row."""

    id: int
    has_filter: bool  # the paid add-on: filter[...] on leads, contacts and companies
    created_at: int  # unix seconds, 0 where the account does not say
    item: Item


@dataclass(frozen=True)
class Page:
    """One non-empty page of a list, by its number from 1."""

    number: int
    items: list[Item]
    has_next: bool


def make_pace(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Pace:
    """The pace of all accounts together: amoCRM counts by integration and by IP address."""
    return Pace(settings.section(AmocrmSection).requests_per_second, clock)


class AmocrmClient:
    """One account. Neither a secret nor the network is touched before the first call.

    Args:
        account: which one; by default the first of the configuration.
        throttle: shared with the clients of the other accounts.
        max_attempts: instead of the configured number of tries.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock = SYSTEM_CLOCK,
        max_attempts: int | None = None,
        account: AccountSection | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._section = settings.section(AmocrmSection)
        self._max_attempts = max_attempts or self._section.max_attempts
        self._throttle = throttle or make_pace(settings, clock)
        self._remembered: dict[str, tuple[float, Any]] = {}
        self.own = account or self._section.every_account[0]
        # a company of one account names nothing but the source
        self.owner = self.own.name if self._section.accounts else ""

    @cached_property
    def http(self) -> HttpClient:
        credentials: Credentials = LongLivedToken(self.owner)
        if self.own.auth == "oauth":
            credentials = RotatingTokens(
                self._make_http(),
                *(self.own.redirect_uri, self._settings.state_dir, self.owner),
            )
        return self._make_http(credentials)

    def _make_http(self, credentials: Credentials | None = None) -> HttpClient:
        return HttpClient(
            *(NAME, self.own.base_url, self._throttle),
            auth=credentials.headers if credentials else None,
            on_unauthorized=credentials.renew if credentials else None,
            clock=self._clock,
            timeout=self._section.timeout_seconds,
            max_attempts=self._max_attempts,
        )

    def get(self, path: str, params: Params | None = None) -> dict[str, Any] | None:
        """The body of one answer; None for 204, amoCRM's way to say "nothing there"."""
        return _body(self._ask(path, params or []), path, parse_json)

    def account(self) -> Account:
        return self._remember("account", self._read_account)

    def pipelines(self) -> list[Item]:
        """Pipelines with their statuses embedded."""
        path = "leads/pipelines"
        return self._remember(path, lambda: _items(self.get(path), "pipelines", path))

    def pages(
        self, path: str, name: str, params: Params | None = None, limit: int | None = None
    ) -> Iterator[list[Item]]:
        """Non-empty pages of ``_embedded.<name>``; numbers with a fraction are Decimal."""
        total = 0
        for page in self.walk(path, name, params, limit, parse=parse_json):
            yield page.items
            total += len(page.items)
            if page.number % PAGES_PER_REPORT == 0:
                logger.info("%s: %s: %d pages, %d rows", NAME, path, page.number, total)

    def walk(
        self,
        path: str,
        name: str,
        params: Params | None = None,
        limit: int | None = None,
        pages: tuple[int, int | None] = (1, None),
        parse: Callable[[requests.Response], Any] = parse_page,
        *,
        is_ahead: bool = False,
    ) -> Generator[Page, None, None]:
        """Non-empty pages until there is no next link, nothing comes, or ``pages`` are read.

        Of the next link only its being there is believed: it may drop parameters, and it may lead
        past the end. A page may be shorter than ``limit`` and not be the last. An empty answer in
        the middle, after a full page with a next link, is asked for once more.

        Args:
            pages: the first and the last number; None: to the end.
            parse: the body of an answer; the default is fast and for cards (parsing.py).
            is_ahead: ask for several pages at once. Only for a list that stands still: the service
                may answer them in another order, and a row that is put in between two answers then
                pushes one from a page not read yet onto one that was.
        """

        def ask(number: int) -> requests.Response:
            query = [*(params or []), ("page", number)]
            return self._ask(path, query + ([("limit", limit)] if limit else []))

        full, was_promised = 0, False
        width = self._section.requests_ahead if is_ahead else 1
        first, last = pages
        for number, answer in in_order(ask, first, last, width):
            body = _body(answer, path, parse)
            items = _items(body, name, path)
            if not items and was_promised:
                logger.info("%s: %s: page %d came empty, asking once more", NAME, path, number)
                body = _body(ask(number), path, parse)
                items = _items(body, name, path)
            if not items:
                return
            page = Page(number, items, _has_next(body))
            yield page
            full = max(full, len(items))
            if not page.has_next:
                return
            was_promised = len(items) == full

    def _ask(self, path: str, params: Params) -> requests.Response:
        return self.http.request("GET", f"/api/v4/{path}", params=params, accept=(200, 204))

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


def make_clients(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Sequence[AmocrmClient]:
    """A client an account, in the order of the configuration, over one throttle."""
    throttle = make_pace(settings, clock)
    return [
        AmocrmClient(settings, clock, account=account, throttle=throttle)
        for account in settings.section(AmocrmSection).every_account
    ]


def _body(
    response: requests.Response, path: str, parse: Callable[[requests.Response], Any]
) -> dict[str, Any] | None:
    if response.status_code == 204 or not response.content:
        return None
    body = parse(response)
    if not isinstance(body, dict):
        raise SourceFormatError(
            f"{NAME}: {path} answered with something else than an object; "
            "check that base_url is the address of an amoCRM account"
        )
    return body


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
