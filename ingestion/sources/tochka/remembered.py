"""Statements that the bank is making for us, kept in a file: a killed run's are taken up again."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ingestion.days import Span


class Remembered:
    """Ids of statements asked for and not read yet, by account and span."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "tochka_statements.json"

    def find(self, account: str, span: Span, now: datetime, max_age: timedelta) -> str | None:
        """The id of a statement not older than that."""
        found = self._read().get(_key(account, span))
        if found is None or now - datetime.fromisoformat(found["asked_at"]) > max_age:
            return None
        return str(found["statement_id"])

    def keep(self, account: str, span: Span, statement_id: str, now: datetime) -> None:
        asked = {"statement_id": statement_id, "asked_at": now.isoformat()}
        self._write(self._read() | {_key(account, span): asked})

    def forget(self, account: str, span: Span) -> None:
        known = self._read()
        if known.pop(_key(account, span), None) is not None:
            self._write(known)

    def _read(self) -> dict[str, Any]:
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}  # it saves asking again, nothing depends on it
        return known if isinstance(known, dict) else {}

    def _write(self, known: dict[str, Any]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._path.with_suffix(".new")
        aside.write_text(json.dumps(known, indent=1), encoding="utf-8")
        aside.replace(self._path)


def _key(account: str, span: Span) -> str:
    return f"{account} {span[0]} {span[1]}"
