"""A bank's service as a dlt source: movements, which whole days replace, and monthly statements."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import dlt
from dlt.extract import DltResource, DltSource

from ingestion import rounds
from ingestion.bank_feed import months_of
from ingestion.columns import CONTRACT, Columns, Row
from ingestion.days import DayCursor, Span, Window, each_day, months_back
from ingestion.errors import ConfigError
from ingestion.guards import VolumeGuard
from ingestion.settings import Settings

# Money is closed: a column or a type that nobody declared stops the load before anything of it is
# written.
ROUND_DAYS = 92  # a quarter a round: at most four statements of every account

Client = TypeVar("Client")
Month = tuple[list[Row], Row]  # rows of movements, and the row of their statement


@dataclass(frozen=True)
class BankSource(Generic[Client]):
    """What one bank's source is made of.

    Args:
        movements: the name of the table of movements; ``columns`` are its hints, with
            account_number, booked_on and is_empty_day among them.
        accounts: as the bank names them.
        zone: the zone that the bank counts days in.
        open_client: called once a round and table.
        read: one account's month, asked of the bank.
        since: the first day that the bank keeps.
    """

    name: str
    movements: str
    columns: Columns
    statement_columns: Columns
    accounts: tuple[str, ...]
    history_months: int
    lookback_days: int
    zone: ZoneInfo
    open_client: Callable[[], AbstractContextManager[Client]]
    read: Callable[[Client, str, Span], Month]
    since: date = date.min

    def build(self, settings: Settings) -> DltSource:
        """The dlt source with its two tables."""
        known: dict[tuple[str, Span], Row] = {}  # one statement of the bank serves both tables

        def movements() -> Iterator[Any]:
            yield dlt.mark.materialize_table_schema()  # the table exists even when nothing is new
            state = dlt.current.resource_state()
            guard = VolumeGuard(self.name, self.movements, state, settings)
            for client, account, span in self._months(settings, state):
                rows, known[account, span] = self.read(client, account, span)
                filled = [row["booked_on"] for row in rows if not row["is_empty_day"]]
                guard.check_total(f"{account} from {span[0]}", len(filled))
                # within the look-back a hold may still move to another day
                settled = self._today(settings) - timedelta(days=self.lookback_days)
                counts = Counter(filled)
                days = {day: counts[day] for day in each_day(span)}
                guard.check_days(account, days, settled_before=settled)
                yield rows

        def statements() -> Iterator[Any]:
            yield dlt.mark.materialize_table_schema()
            for client, account, span in self._months(settings, dlt.current.resource_state()):
                if (account, span) not in known:
                    known[account, span] = self.read(client, account, span)[1]
                yield known[account, span]

        def resources() -> list[DltResource]:
            return [
                dlt.resource(
                    movements,
                    name=self.movements,
                    write_disposition="merge",
                    merge_key=["account_number", "booked_on"],
                    columns=self.columns,
                    schema_contract=CONTRACT,
                ),
                dlt.resource(
                    statements,
                    name="statements",
                    write_disposition="merge",
                    primary_key=["account_number", "date_from"],
                    columns=self.statement_columns,
                    schema_contract=CONTRACT,
                ),
            ]

        source: DltSource = dlt.source(resources, name=self.name, max_table_nesting=0)()
        return source

    def _months(
        self, settings: Settings, state: dict[str, Any]
    ) -> Iterator[tuple[Client, str, Span]]:
        """This round's months of every account; the cursor moves with what is yielded."""
        if not self.accounts:
            raise ConfigError(
                f"{self.name}: no account is named; put it into sources.{self.name}.accounts in "
                "company.toml"
            )
        today = self._today(settings)
        start = max(self.since, months_back(today, self.history_months))
        cursor = DayCursor(state, Window(today, start, self.lookback_days, ROUND_DAYS))
        with self.open_client() as client:
            for account in self.accounts:
                asked = cursor.span(account)
                if asked is None:
                    continue
                spans = months_of(asked)
                for span in spans:
                    yield client, account, span
                cursor.done(account, (spans[0][0], asked[1]))
        rounds.unfinished(state, cursor.close())

    def _today(self, settings: Settings) -> date:
        return settings.now().astimezone(self.zone).date()
