"""Sends what waits: the log before the call and after it, quiet hours, tries and their end."""

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from ingestion.delivery_config import Recipient, Via
from ingestion.settings import Settings
from orchestration import warehouse
from orchestration.delivery import log as delivery_log
from orchestration.delivery.log import Delivery, Kind, Status
from orchestration.delivery.quiet import quiet_until
from orchestration.delivery.ways import build_way
from reporting.deliver.errors import NotDeliveredError, RefusedError, UnknownOutcomeError
from reporting.deliver.parcel import Parcel, Way, pack, unpack

logger = logging.getLogger(__name__)
LOCK_WAIT_SECONDS = 3600.0
_FIRST_PAUSE = timedelta(minutes=10)
_LONGEST_PAUSE = timedelta(hours=6)
_KEPT = timedelta(days=30)  # parcels that went long ago are thrown away

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Office:
    """Parcels of one company; use it inside ``opened``, which holds the warehouse."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = _now,
        build: Callable[[Via, Settings], Way] = build_way,
    ) -> None:
        self.settings, self.clock = settings, clock
        self.recipients: Mapping[str, Recipient] = {
            recipient.name: recipient for recipient in settings.delivery.recipients
        }
        self._build = build
        self._ways: dict[Via, Way] = {}

    @contextmanager
    def opened(self, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator["Office"]:
        """Hold the writer's lock to the end: neither a run nor another delivery comes between.

        The warehouse itself is only opened for moments, never while a service is called.
        """
        settings = self.settings
        with warehouse.writer_lock(settings.warehouse_path, settings.state_dir, wait_seconds):
            warehouse.ensure_usable(settings.warehouse_path, 0, settings.lock_wait_seconds)
            with self.log() as log:
                delivery_log.create(log)
                delivery_log.bury_dead(log)
            yield self

    @contextmanager
    def log(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with warehouse.connect(self.settings.warehouse_path) as connection:
            yield connection

    @property
    def outbox(self) -> Path:
        return self.settings.data_dir / "outbox"

    def way(self, via: Via) -> Way:
        if via not in self._ways:
            self._ways[via] = self._build(via, self.settings)
        return self._ways[via]

    def accept(
        self,
        recipient: Recipient,
        kind: Kind,
        period: str,
        parcel: Parcel,
        facts: str | None = None,
    ) -> list[Delivery]:
        """Put a parcel into the outbox and its parts into the log, to go with ``send_waiting``."""
        packed = pack(parcel, self._folder(recipient.name, kind, period))
        now, digest = self.clock(), packed.content_hash()
        rows = [
            Delivery(
                delivery_log.delivery_id(recipient.name, kind, period, part),
                *(recipient.name, recipient.via, kind, period, part, "pending", digest),
                *(None, None, facts if number == 0 else None, 0),
                # parts go in the order of this
                now + timedelta(microseconds=number),
                retry_at=now,
            )
            for number, part in enumerate(self.way(recipient.via).parts(packed))
        ]
        with self.log() as log:
            delivery_log.add(log, rows)
        return rows

    def note(
        self,
        recipient: Recipient,
        kind: Kind,
        period: str,
        part: str,
        *,
        error: str | None = None,
        is_sent: bool = False,
    ) -> None:
        """Log what needs no parcel: nothing is new, none could be made, or it went past the log."""
        status: Status = "nothing_new" if error is None else "failed"
        now = self.clock()
        row = Delivery(
            delivery_log.delivery_id(recipient.name, kind, period, part),
            *(recipient.name, recipient.via, kind, period, part),
            status="sent" if is_sent else status,
            content_hash=None,
            error=error,
            external_id=None,
            facts=None,
            attempts=0,
            first_at=now,
            sent_at=now if is_sent else None,
        )
        with self.log() as log:
            delivery_log.add(log, [row])

    def send_waiting(self) -> list[Delivery]:
        """Send every part whose time has come; returns them as they are afterwards."""
        with self.log() as log:
            rows = delivery_log.waiting(log)
        return [self._go(row) for row in rows if row.retry_at and row.retry_at <= self.clock()]

    def send_again(self, row: Delivery) -> Delivery:
        """Send one part because a person asks for it."""
        return self._go(replace(row, retry_at=self.clock(), told_at=None))

    def _go(self, row: Delivery) -> Delivery:
        recipient = self.recipients.get(row.recipient)
        if recipient is None or recipient.via != row.via:
            gone = f"company.toml has no {row.recipient} by {row.via} any more"
            return self._write(replace(row, status="failed", error=gone, retry_at=None))
        until = quiet_until(self.settings, self.clock())
        if until is not None:
            return self._write(replace(row, status="held_quiet", retry_at=until))
        attempts = row.attempts + 1
        row = self._write(replace(row, status="sending", attempts=attempts, retry_at=None))
        done = self._call(row, recipient)
        return self._write(done)

    def _call(self, row: Delivery, recipient: Recipient) -> Delivery:
        try:
            parcel = unpack(self._folder(row.recipient, row.kind, row.period))
            number = self.way(recipient.via).send(parcel, row.part, recipient.to, row.delivery_id)
        except NotDeliveredError as error:
            return replace(row, status="failed", error=str(error), retry_at=self._next(row, error))
        except RefusedError as error:
            return replace(row, status="failed", error=str(error))
        except UnknownOutcomeError as error:
            return replace(row, status="unknown", error=str(error))
        except OSError as error:
            return replace(row, status="failed", error=f"its files are gone ({error.strerror})")
        now = self.clock()
        return replace(row, status="sent", error=None, external_id=number, sent_at=now)

    def _next(self, row: Delivery, error: NotDeliveredError) -> datetime | None:
        """When to try again; None once it was tried often enough."""
        if row.attempts >= self.settings.delivery.max_attempts:
            return None
        doublings = min(row.attempts - 1, 10)
        pause: timedelta = min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)
        return self.clock() + max(pause, timedelta(seconds=error.after_seconds))

    def _write(self, row: Delivery) -> Delivery:
        with self.log() as log:
            delivery_log.change(log, row)
        if row.status in ("failed", "unknown"):
            logger.warning("%s, %s %s: %s", row.recipient, row.kind, row.part, row.error)
        return row

    def _folder(self, recipient: str, kind: str, period: str) -> Path:
        return self.outbox / delivery_log.parcel_id(recipient, kind, period)

    def tidy(self) -> None:
        """Throw away parcels and marks of long ago; ``--again`` cannot send them any more."""
        oldest = (self.clock() - _KEPT).timestamp()
        for path in (*self.outbox.glob("*"), *(self.settings.state_dir / "alerts").glob("*")):
            if path.stat().st_mtime >= oldest:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
