"""The pace of calls: amoCRM counts how many come within a second, wherever the second begins."""

import threading
from collections import deque

from ingestion.http import SYSTEM_CLOCK, Clock, Throttle

# Between the start of a call and its arrival lie some milliseconds, now more, now less. Eight calls
# at 98 % of seven a second span 1.02 s: twenty milliseconds of it keep any second within the limit.
RESERVE = 0.98


class Pace(Throttle):
    """Spaces calls evenly, and counts those that have really started.

    A thread that wakes up late would otherwise come close to the next one, which was on time.
    """

    def __init__(self, rate_per_second: float, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__(rate_per_second * RESERVE, clock)
        self._second = 1 / RESERVE
        self._started: deque[float] = deque(maxlen=max(1, int(rate_per_second)))
        self._gate = threading.Lock()

    def wait(self) -> None:
        """Sleep until this call's turn."""
        super().wait()
        with self._gate:
            if self._started.maxlen == len(self._started) > 1:
                early = self._started[0] + self._second - self._clock.now()
                if early > 0:
                    self._clock.sleep(early)
            self._started.append(self._clock.now())
