"""Wall and processor time and peak memory of a function in a process of its own."""

import contextlib
import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

import psutil

# The system's own high-water mark is inherited from the parent, so memory is sampled instead.
_SAMPLE_SECONDS = 0.02


@dataclass(frozen=True)
class Measured:
    """Of the call and its children: seconds, peak resident memory in MB, seconds of processors.

    On a machine that others use too, the ratio of processor seconds is the steadier one.
    """

    seconds: float
    peak_mb: int
    processor_seconds: float = 0.0


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
    peak = 0
    try:
        while not receiver.poll(_SAMPLE_SECONDS):
            peak = max(peak, _resident(process.pid))
        seconds, processor_seconds = receiver.recv()
    except EOFError:
        raise RuntimeError(f"{function.__qualname__} failed") from None
    finally:
        process.join()
    return Measured(seconds, peak // 2**20, processor_seconds)


def _resident(process_id: int | None) -> int:
    total = 0
    with contextlib.suppress(psutil.Error):  # processes end between two looks
        process = psutil.Process(process_id)
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    return total


def _call(sender: Connection, function: Callable[..., None], arguments: tuple[object, ...]) -> None:
    started, worked = time.perf_counter(), _processor_seconds()
    function(*arguments)
    sender.send((time.perf_counter() - started, _processor_seconds() - worked))


def _processor_seconds() -> float:
    return sum(os.times()[:4])  # user and system, own and of children that have ended
