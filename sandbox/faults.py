"""Switches of the local services: what goes wrong, and when; a test flips them while they run.

A fresh ``Faults()`` is an honest service: seven requests a second, a filter add-on that was bought,
pages that end in 204. Everything else happens only when asked for.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar

from sandbox.model import Company

T = TypeVar("T")
Answer = int | Literal["drop"]  # an HTTP status, or a connection closed in the middle of the body


@dataclass(frozen=True)
class Rewrite:
    """How the cabinet changes its mind about one day: cheaper, and with fewer rows."""

    cost_factor: Decimal = Decimal("0.9")
    drop: int | Literal["all"] = 1  # the first rows of that day which vanish, by campaign id


@dataclass
class Faults:
    """All switches; amoCRM's first, those of Yandex Direct begin with ``direct_``."""

    # transport, both services
    latency_seconds: float = 0.0
    rate_limit_per_second: float | None = 7  # amoCRM's bucket; None switches the throttle off
    retry_after: bool = False  # say Retry-After in a 429 (amoCRM does not document it)
    ban_after_429s: int | None = 50
    banned: bool = False  # 403 in HTML for everything, the token refresh too; only a test lifts it
    unpaid: bool = False  # 402 for every call

    # access to amoCRM
    access_token_ttl: int = 86_400
    users_forbidden: bool = False  # /users answers 403, as to a token of an ordinary user

    # lists of amoCRM
    alpha_filter: bool = True  # the paid filter of leads, contacts and companies; off: ignored
    ignore_filter: bool = False  # no filter works anywhere
    next_on_last_page: bool = False  # always a next link; else only after a full page
    next_drops_parameters: bool = False  # the next link carries page and limit only
    empty_as_204: bool = True  # else 200 with an empty list
    empty_page_once: int | None = None  # this page number answers 204 one time, rows or not
    page_cap: int | None = None  # pages are cut to this many rows whatever limit was asked
    mutate_between_pages: int | Callable[[Company], None] | None = (
        None  # rows touched before page 2+
    )
    echo_query_in_links: bool = True
    minor_units: bool = False
    events_limit: int = 100  # Kommo: 250
    events_delay_seconds: int = 0  # events younger than this are not indexed yet
    now: int | None = None  # the services' clock, unix seconds; None: the company's as_of

    # Yandex Direct
    direct_queue_polls: int | None = None  # 202 answers before 200; None: reports are made at once
    direct_retry_in: int | None = 1  # the retryIn header, seconds; None: no header
    direct_queue_full_times: int = 0  # so many new reports are refused with 9000
    direct_span_limit_days: int | None = None  # 502 for a longer span
    direct_ready_seconds: float = (
        5 * 3600
    )  # a report made in the queue is kept, and served as it was
    direct_requests_per_10s: int | None = None  # the documented 20; over it error 56
    direct_blank_fields: frozenset[str] = frozenset()  # these columns come as "--"
    direct_rewritten: dict[date, Rewrite] = field(default_factory=dict)
    direct_errors: deque[int] = field(default_factory=deque)  # error codes of the next answers

    tokens_valid_from: float = 0.0
    revision: int = 0
    _more: dict[type, Any] = field(default_factory=dict)
    _failures: list[tuple[str, deque[Answer]]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, kind: type[T]) -> T:
        """The switches of another service, which it describes by a class of its own."""
        with self._lock:
            switches: T = self._more.setdefault(kind, kind())
            return switches

    def fail_next(self, prefix: str, *answers: Answer) -> None:
        """Answer the next requests under a path prefix with these, one each, then behave again.

        403, 502 and 504 come as the proxy's HTML page; 204 has no body; "drop" cuts the connection.
        """
        with self._lock:
            self._failures.append((prefix, deque(answers)))

    def take_failure(self, path: str) -> Answer | None:
        """The answer queued for this path, if any; each is given once."""
        with self._lock:
            for prefix, answers in self._failures:
                if answers and path.startswith(prefix):
                    return answers.popleft()
            return None

    def take_empty_page(self, page: int) -> bool:
        """Whether this page is the one that answers 204 for once."""
        with self._lock:
            if self.empty_page_once != page:
                return False
            self.empty_page_once = None
            return True

    def take_queue_refusal(self) -> bool:
        """Whether this new report is refused because the queue is said to be full."""
        with self._lock:
            if self.direct_queue_full_times <= 0:
                return False
            self.direct_queue_full_times -= 1
            return True

    def expire_access_token(self) -> None:
        """Every access token issued so far stops working, the long-lived one included."""
        self.tokens_valid_from = time.monotonic()

    def changed(self) -> None:
        """Say that rows changed in the middle of a walk; between walks it is not needed."""
        self.revision += 1
