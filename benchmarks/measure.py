"""Wall time and peak memory of a function in a process of its own."""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection


@dataclass(frozen=True)
class Measured:
    """Seconds of the call itself, and the process's peak resident memory in MB."""

    seconds: float
    peak_mb: int


@dataclass(frozen=True)
class Answer:
    """One question with both sides measured."""

    question: str
    ours: Measured
    floor: Measured
    rows: int

    @property
    def ratio(self) -> float:
        return self.ours.seconds / self.floor.seconds


def measure(function: Callable[..., None], *arguments: object) -> Measured:
    """Call ``function`` in a fresh process; imports at module level are not counted.

    Raises:
        RuntimeError: the function failed; its traceback is on standard error.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_call, args=(sender, function, arguments))
    process.start()
    sender.close()
    try:
        seconds, peak_mb = receiver.recv()
    except EOFError:
        raise RuntimeError(f"{function.__qualname__} failed") from None
    finally:
        process.join()
    return Measured(seconds=seconds, peak_mb=peak_mb)


def _call(sender: Connection, function: Callable[..., None], arguments: tuple[object, ...]) -> None:
    started = time.perf_counter()
    function(*arguments)
    seconds = time.perf_counter() - started
    peaks = [resource.getrusage(who).ru_maxrss for who in _WHO]
    divisor = 2**20 if sys.platform == "darwin" else 2**10
    sender.send((seconds, max(peaks) // divisor))


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
