"""Customers (покупатели) and what they bought, where the account has them switched on."""

import logging

from ingestion.sources.amocrm.client import Params
from ingestion.sources.amocrm.customer_rows import (
    customer_row,
    customer_status_row,
    transaction_row,
)
from ingestion.sources.amocrm.more_base import CUSTOMERS_OFF, AccountReader, Rows
from ingestion.sources.amocrm.settings import LIST_LIMIT

logger = logging.getLogger(__name__)

# What the addresses of customers answer where the feature is off or not paid for.
OFF_STATUSES = (402, 422, 425, 426)
WITH_CONTACTS: Params = [("with", "contacts")]


class CustomersReader(AccountReader):
    def customers(self) -> Rows:
        path = "customers"
        if self._is_on(path):
            for items in self.client.pages(path, "customers", WITH_CONTACTS, LIST_LIMIT):
                yield [customer_row(item, self._account_id, self.now) for item in items]

    def customer_statuses(self) -> Rows:
        path = "customers/statuses"
        if self._is_on(path):
            for items in self.client.pages(path, "statuses"):
                yield [customer_status_row(item, self._account_id, self.now) for item in items]

    def transactions(self) -> Rows:
        path = "customers/transactions"
        if self._is_on(path):
            for items in self.client.pages(path, "transactions", limit=LIST_LIMIT):
                yield [transaction_row(item, self._account_id, self.now) for item in items]

    def _is_on(self, path: str) -> bool:
        """Whether the account has this; asked of the address itself where it may have."""
        if self._customers_mode in CUSTOMERS_OFF:
            logger.info("amoCRM: %s: customers are %s", path, self._customers_mode)
            return False
        answer = self.client.http.request(
            "GET",
            f"/api/v4/{path}",
            params=[("limit", 1)],
            accept=(200, 204, *OFF_STATUSES),
        )
        is_on = answer.status_code not in OFF_STATUSES
        if not is_on:
            logger.info("amoCRM: %s: switched off (%d)", path, answer.status_code)
        return is_on
