"""Everything of one account beside cards, tasks and events; a method per resource, named as it."""

from datetime import UTC, datetime

from ingestion.columns import Row
from ingestion.sources.amocrm import rows
from ingestion.sources.amocrm.history import History
from ingestion.sources.amocrm.more_base import Rows
from ingestion.sources.amocrm.more_catalogs import CatalogsReader
from ingestion.sources.amocrm.more_customers import CustomersReader
from ingestion.sources.amocrm.more_inbox import InboxReader


class MoreExtraction(InboxReader, CatalogsReader, CustomersReader):
    """The tables of ``settings_more.py``; those of dictionaries' history are read here."""

    def users_history(self) -> Rows:
        pages = self._allowed("users", "users")
        users = [
            rows.user_row(item, self._account_id, self.now) for items in pages for item in items
        ]
        if users:  # an account has users, so an empty list only means that we may not see it
            yield self._changes("users_history", ("user_id",), users)

    def loss_reasons_history(self) -> Rows:
        pages = self.client.pages("leads/loss_reasons", "loss_reasons")
        reasons = [
            rows.loss_reason_row(item, self._account_id, self.now)
            for items in pages
            for item in items
        ]
        yield self._changes("loss_reasons_history", ("loss_reason_id",), reasons)

    def statuses_history(self) -> Rows:
        """Stages with what is told of their pipeline beside them."""
        stages = []
        for item in self.client.pipelines():
            pipeline = rows.pipeline_row(item, self._account_id, self.now)
            of_pipeline = {
                "pipeline_name": pipeline["name"],
                "pipeline_sort": pipeline["sort"],
                "pipeline_is_main": pipeline["is_main"],
                "pipeline_is_archive": pipeline["is_archive"],
            }
            for stage in rows.status_rows(item, self._account_id, self.now):
                stages.append(stage | of_pipeline)
        yield self._changes("statuses_history", ("pipeline_id", "status_id"), stages)

    def _changes(self, table: str, key: tuple[str, ...], entries: list[Row]) -> list[Row]:
        told = [{k: v for k, v in row.items() if k != "last_seen_at"} for row in entries]
        return History(self._state(table), key).changes(told, self.now)

    def listings(self) -> Rows:
        """A row a list that was read whole, with the moment: what it lacked then had left it."""
        lists: dict[str, tuple[int, int]] = self._state("listings").get("lists", {})
        yield [
            {
                "account_id": self._account_id,
                "list_name": name,
                "listed_at": datetime.fromtimestamp(listed_at, UTC),
                "items": items,
            }
            for name, (listed_at, items) in lists.items()
        ]
