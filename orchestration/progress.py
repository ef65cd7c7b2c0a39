"""What a person sees while a run goes on: a line a step, and what the current one is doing."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from rich.console import Console
from rich.status import Status

from orchestration.alerts import clean_message

_TOLD = ("ingestion", "orchestration.report")  # whose log lines a person sees
_INTERRUPTED = "DagsterExecutionInterruptedError"


class RunProgress:
    """Turns Dagster's events and the connectors' log lines into progress on a console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None
        self._started: dict[str, float] = {}
        self._rows: dict[str, int] = {}
        self._built: dict[str, int] = {}
        self.failures: list[tuple[str, str]] = []
        self.was_interrupted = False

    @contextmanager
    def watching(self) -> Iterator["RunProgress"]:
        """Show progress until the block ends."""
        global _current
        handler = _LogLines(self)
        logs = [logging.getLogger(name) for name in _TOLD]
        previous_levels = [log.level for log in logs]
        for log in logs:
            log.addHandler(handler)
            log.setLevel(logging.INFO)
        _current = self
        try:
            with self._console.status("starting") as self._status:
                yield self
        finally:
            _current = None
            for log, level in zip(logs, previous_levels, strict=True):
                log.removeHandler(handler)
                log.setLevel(level)

    def say(self, text: str) -> None:
        """What the current step is doing right now."""
        if self._status is not None and self._console.is_terminal:
            self._status.update(text)
        else:
            self._console.print(f"    {text}", style="dim", highlight=False)

    def on_event(self, event: dg.DagsterEvent) -> None:
        """Take one event of the run."""
        step = event.step_key or ""
        kind = event.event_type
        if kind is dg.DagsterEventType.STEP_START:
            self._started[step] = time.monotonic()
            self.say(f"{step} …")
        elif kind is dg.DagsterEventType.ASSET_MATERIALIZATION:
            self._on_materialization(step, event)
        elif kind is dg.DagsterEventType.STEP_SUCCESS:
            self._finish(step, "[green]✓[/green]", self._outcome(step))
        elif kind is dg.DagsterEventType.STEP_UP_FOR_RETRY:
            self._finish(step, "[yellow]↻[/yellow]", "failed, will be tried again")
        elif kind is dg.DagsterEventType.STEP_FAILURE:
            reason = failure_reason(event)
            if _INTERRUPTED in reason:  # Dagster takes Ctrl+C for a failure of one step and goes on
                self.was_interrupted = True
                raise KeyboardInterrupt
            self.failures.append((step, reason))
            self._finish(step, "[red]✗[/red]", "failed")

    def _on_materialization(self, step: str, event: dg.DagsterEvent) -> None:
        self._built[step] = self._built.get(step, 0) + 1
        metadata = event.step_materialization_data.materialization.metadata
        rows = metadata.get("rows_loaded")
        if rows is not None:
            self._rows[step] = self._rows.get(step, 0) + int(str(rows.value))
        elif event.asset_key is not None and self._status is not None:
            self._status.update(f"{step}: {event.asset_key.to_user_string()}")

    def _outcome(self, step: str) -> str:
        built = self._built.get(step, 0)
        parts = [f"{built} asset{'s' if built != 1 else ''}"]
        if step in self._rows:
            parts.append(f"{self._rows[step]:,} rows".replace(",", " "))
        return ", ".join(parts)

    def _finish(self, step: str, mark: str, outcome: str) -> None:
        seconds = time.monotonic() - self._started.get(step, time.monotonic())
        self._console.print(f"  {mark} {step:<24} {outcome}, {seconds:.0f} s", highlight=False)


class _LogLines(logging.Handler):
    """Passes log lines of loading and reporting on to the console."""

    def __init__(self, progress: RunProgress) -> None:
        super().__init__(level=logging.INFO)
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        self._progress.say(record.getMessage())


_current: RunProgress | None = None


class _DagsterEvents(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", None) or {}
        event = meta.get("dagster_event")
        if event is not None and _current is not None:
            _current.on_event(event)


def _event_logger(_: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.getLogger("skvoz.progress")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.handlers = [_DagsterEvents()]
    return logger


progress_logger = dg.LoggerDefinition(
    _event_logger, description="Feeds the console that watches this process; silent elsewhere."
)


def failure_reason(event: dg.DagsterEvent) -> str:
    """Why a step failed, in the words meant for a person where there are any."""
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return clean_message(error.message) if error is not None else "no reason was recorded"


@contextmanager
def quiet_output(log_path: Path) -> Iterator[Console]:
    """Send everything that libraries and child processes print to a file; yield a clean console."""
    log_path.parent.mkdir(parents=True, exist_ok=True)
    saved_out, saved_err = os.dup(1), os.dup(2)
    with log_path.open("ab", buffering=0) as log, os.fdopen(os.dup(1), "w") as terminal:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            yield Console(file=terminal, soft_wrap=True)
            terminal.flush()
        finally:
            os.dup2(saved_out, 1)
            os.dup2(saved_err, 2)
            os.close(saved_out)
            os.close(saved_err)
