"""Tags, catalogues, their elements, and invoices."""

from datetime import timedelta

from ingestion.guards import VolumeGuard
from ingestion.sources.amocrm.catalog_rows import INVOICES, catalog_row, element_row, invoice_row
from ingestion.sources.amocrm.fields import Fields, Item
from ingestion.sources.amocrm.more_base import AccountReader, Rows
from ingestion.sources.amocrm.tag_rows import tag_row

# Products have no filter by edit and change rarely: read whole, but not every hour.
ELEMENTS_EVERY = int(timedelta(hours=20).total_seconds())


class CatalogsReader(AccountReader):
    _catalogs: list[Item] | None = None

    def tags(self) -> Rows:
        for entity_type in self._entity_types():
            for items in self._allowed(f"{entity_type}/tags", "tags"):
                yield [tag_row(item, self._account_id, entity_type, self.now) for item in items]

    def catalogs(self) -> Rows:
        items = self._read_catalogs()
        yield [catalog_row(item, self._account_id, self.now) for item in items]

    def catalog_elements(self) -> Rows:
        """Elements of every catalogue but invoices, about once a day."""
        read_at = self._state("catalog_elements").setdefault("read_at", {})
        for catalog_id in self._catalog_ids(is_invoices=False):
            if self._unix_now - read_at.get(str(catalog_id), 0) < ELEMENTS_EVERY:
                continue
            count, path = 0, f"catalogs/{catalog_id}/elements"
            for items in self._allowed(path, "elements"):
                count += len(items)
                yield [element_row(x, self._account_id, catalog_id, self.now) for x in items]
            self._listed(f"catalog_{catalog_id}", path, count)
            read_at[str(catalog_id)] = self._unix_now

    def invoices(self) -> Rows:
        """The whole list: nothing but ids can narrow it.

        Raises:
            VolumeDropError: most of the invoices are gone at once.
        """
        guard = VolumeGuard("amocrm", "invoices", self._state("invoices"), self.settings)
        for catalog_id in self._catalog_ids(is_invoices=True):
            count, path = 0, f"catalogs/{catalog_id}/elements"
            for items in self._allowed(path, "elements"):
                count += len(items)
                yield [invoice_row(x, self._account_id, catalog_id, self.now) for x in items]
            if path not in self._refused:
                guard.check_total(f"account {self._account_id}, catalog {catalog_id}", count)
            self._listed(f"catalog_{catalog_id}", path, count)

    def _catalog_ids(self, *, is_invoices: bool) -> list[int]:
        """Catalogues of invoices, by their type or by the account's word, or all the others."""
        account = Fields(self.client.account().item, "account")
        settings = account.item.get("invoices_settings") or {}
        told = Fields(settings, "account's invoices_settings").integer("invoices_catalog_id")
        found = []
        for item in self._read_catalogs():
            catalog = Fields(item, "catalog")
            catalog_id = catalog.required_integer("id")
            if is_invoices == (catalog_id == told or catalog.text("type") == INVOICES):
                found.append(catalog_id)
        return found

    def _read_catalogs(self) -> list[Item]:
        if self._catalogs is None:
            pages = self._allowed("catalogs", "catalogs")
            self._catalogs = [item for items in pages for item in items]
        return self._catalogs
