"""What a finding says of its row: compact JSON, written by DuckDB.

The judged field, its value, what was expected, and the facts beside it. Amounts are text, never a
number that a reader would take for a float; moments are UTC.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from expectations.rule import Rule


def evidence_sql(rule: Rule, types: Mapping[str, str], alias: str) -> str:
    """An expression over a row of the frame called ``alias``, of type text and never NULL."""
    expected = {rule.expectation: rule.judged_by}
    parts = [
        _text(f'{{"field":{_json(rule.column)},"value":'),
        _value(rule.column, types, alias),
        _text(f',"expectation":{_json(expected)},"because":{{'),
        *_beside(rule, types, alias),
        _text("}}"),
    ]
    return f"concat({', '.join(parts)})"


def _beside(rule: Rule, types: Mapping[str, str], alias: str) -> Iterator[str]:
    comma = ""
    for name in dict.fromkeys((*rule.applies_when, *rule.explains)):
        yield _text(f"{comma}{_json(name)}:")
        yield _value(name, types, alias)
        comma = ","


def _value(name: str, types: Mapping[str, str], alias: str) -> str:
    column, kind = f'{alias}."{name}"', types[name]
    if kind.startswith("DECIMAL"):
        column = f"{column}::varchar"  # exact, with its kopecks
    elif kind == "TIMESTAMP WITH TIME ZONE":
        column = f"strftime(timezone('UTC', {column}), '%Y-%m-%dT%H:%M:%S+00:00')"
    elif kind.startswith("TIMESTAMP"):
        column = f"strftime({column}, '%Y-%m-%dT%H:%M:%S+00:00')"  # marts tell moments in UTC
    return f"coalesce(to_json({column})::varchar, 'null')"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in evidence")
