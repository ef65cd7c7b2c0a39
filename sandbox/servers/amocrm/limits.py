"""Seven requests a second; over it 429, and after many of them a ban of everything."""

import time
from collections import deque

from starlette.responses import Response

from sandbox.faults import Faults
from sandbox.servers.replies import problem, proxy_page


class Limits:
    """No more than the allowance in any second, however spaced; a refusal counts nothing."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.refused = 0
        self._taken: deque[float] = deque()

    def refuse(self) -> Response | None:
        """The refusal of the request that came just now, or None when it may pass."""
        faults = self.faults
        if faults.banned:
            return proxy_page(403)
        if not self._take():
            self.refused += 1
            if faults.ban_after_429s is not None and self.refused >= faults.ban_after_429s:
                faults.banned, self.refused = (
                    True,
                    0,
                )  # once the ban is lifted the count starts anew
            refusal = problem(429, "Too many requests per second")
            if faults.retry_after:
                refusal.headers["Retry-After"] = "1"
            return refusal
        if faults.unpaid:
            return problem(402, "Account is not paid")
        return None

    def _take(self) -> bool:
        rate = self.faults.rate_limit_per_second
        if rate is None:
            return True
        now = time.monotonic()
        while self._taken and now - self._taken[0] >= 1:
            self._taken.popleft()
        if len(self._taken) >= rate:
            return False
        self._taken.append(now)
        return True
