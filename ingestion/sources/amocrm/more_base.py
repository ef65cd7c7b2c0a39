"""What reading the other tables of one account has in common."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import dlt

from ingestion.columns import Row
from ingestion.http import ForbiddenError
from ingestion.settings import Settings
from ingestion.sources.amocrm.client import AmocrmClient
from ingestion.sources.amocrm.config import AmocrmSection
from ingestion.sources.amocrm.fields import Item
from ingestion.sources.amocrm.settings import ENTITY_TYPES, LIST_LIMIT

logger = logging.getLogger(__name__)

Rows = Iterator[list[Row]]
State = dict[str, Any]

CUSTOMERS_OFF = frozenset({"unavailable", "disabled"})


class AccountReader:
    """Reads one account, at one moment for all tables, so that they can be compared.

    Args:
        state: gives the state of a table's resource, or one account's part of it.
    """

    def __init__(
        self,
        settings: Settings,
        client: AmocrmClient,
        state: Callable[[str], State] = dlt.current.resource_state,
    ) -> None:
        self.settings = settings
        self.client = client
        self.section = settings.section(AmocrmSection)
        self.now = settings.now()
        self._state = state
        self._refused: set[str] = set()

    @property
    def _account_id(self) -> int:
        return self.client.account().id

    @property
    def _unix_now(self) -> int:
        return int(self.now.timestamp())

    @property
    def _customers_mode(self) -> str:
        return str(self.client.account().item.get("customers_mode") or "unavailable")

    def _entity_types(self) -> list[str]:
        """Kinds of cards that have notes and tags in this account."""
        has_customers = self._customers_mode not in CUSTOMERS_OFF
        return [*ENTITY_TYPES, *(["customers"] if has_customers else [])]

    def _allowed(self, path: str, name: str) -> Iterator[list[Item]]:
        """Pages of a whole list; none where the token's owner has no right to it."""
        try:
            yield from self.client.pages(path, name, limit=LIST_LIMIT)
        except ForbiddenError as error:
            self._refused.add(path)
            logger.warning("%s; %s are not loaded", error, path)

    def _listed(self, name: str, path: str, items: int) -> None:
        """The list was read whole: what it did not have is not in it any more."""
        if path not in self._refused:
            lists = self._state("listings").setdefault("lists", {})
            lists[name] = [self._unix_now, items]
