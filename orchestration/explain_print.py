"""An answer of ``explain`` as tables for a person and as JSON for a program."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from orchestration.explain_answer import Answer, Section, Value
from orchestration.explain_words import Language, word

# one column on the screen: where the raw rows lie, the load that brought them and when it ended
_LOAD = ("raw_table", "load_id", "loaded_at")
# JSON has them; on the screen their neighbours tell
_HIDDEN = {"deal_url", "evidence_kind", "evidence_raw_table", "evidence_load_id"}
_MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


def print_answer(
    answer: Answer, console: Console, language: Language, zone: ZoneInfo, limit: int
) -> None:
    """Tables, at most ``limit`` rows each (0: all), and a line for every check."""
    cell = ", ".join(f"{word(language, key)} {value}" for key, value in answer.cell.items())
    console.print(f"{word(language, answer.report)}: {cell}", style="bold", highlight=False)
    if answer.is_empty:
        console.print(word(language, "is_empty"))
        if answer.nearby:
            console.print(word(language, "has_months"), ", ".join(answer.nearby), highlight=False)
        else:
            console.print(word(language, "has_nothing"))
        return
    for section in answer.sections:
        console.print(_table(section, language, zone, limit))
        if limit and len(section.rows) > limit:
            text = word(language, "more_rows").format(count=len(section.rows) - limit)
            console.print(text, style="dim", highlight=False)
    for check in answer.checks:
        measure, _, section_name = check.name.partition(", ")
        name = word(language, measure)
        if section_name:
            name += f" ({word(language, f'section:{section_name}').lower()})"
        mark = "[green]✓[/green]" if check.ties else "[red]✗[/red]"
        console.print(
            f"{mark} {name}: {_text(check.reported, zone)}, "
            f"{word(language, 'sums_to')} {_text(check.rows, zone)}",
            highlight=False,
        )
    if not answer.ties:
        console.print(word(language, "does_not_tie"), style="red")


def as_json(answer: Answer) -> str:
    """Everything, no row left out: amounts as texts, moments as ISO 8601 in UTC."""
    content = {
        "report": answer.report,
        "cell": dict(answer.cell),
        "is_empty": answer.is_empty,
        "ties": answer.ties,
        "nearby_months": list(answer.nearby),
        "checks": [
            {"name": check.name, "reported": str(check.reported), "rows": str(check.rows)}
            for check in answer.checks
        ],
        "sections": {
            section.name: [
                {column: _plain(value) for column, value in zip(section.columns, row, strict=True)}
                for row in section.rows
            ]
            for section in answer.sections
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _table(section: Section, language: Language, zone: ZoneInfo, limit: int) -> Table:
    table = Table(
        title=word(language, f"section:{section.name}"), title_justify="left", title_style="bold"
    )
    shown = [
        column
        for column in section.columns
        if column not in _HIDDEN and column not in _LOAD and column not in _MARKS[1:]
    ]
    has_load = "load_id" in section.columns
    for column in shown:
        values = [row[section.columns.index(column)] for row in section.rows]
        is_number = any(isinstance(value, Decimal | int | float) for value in values)
        title = "UTM" if column == "utm_source" else word(language, column)
        is_id = column.endswith("_id")
        # half an amount or half a day says nothing
        is_whole = is_number or any(isinstance(value, date) for value in values)
        table.add_column(
            title,
            justify="right" if is_number and not is_id else "left",
            overflow="fold",
            no_wrap=is_whole,
        )
    if has_load:
        table.add_column(word(language, "load"), overflow="fold", style="dim")
    for row in section.rows[: limit or None]:
        cells = dict(zip(section.columns, row, strict=True))
        texts = [
            _marks(cells) if column == "utm_source" else _text(cells[column], zone)
            for column in shown
        ]
        if has_load:
            texts.append(" ".join(_text(cells[column], zone) for column in _LOAD if cells[column]))
        table.add_row(*texts)
    return table


def _marks(values: dict[str, Value]) -> str:
    marks = [str(values.get(mark) or "") for mark in _MARKS]
    return " / ".join(marks).rstrip(" /") or "—"


def _text(value: Value, zone: ZoneInfo) -> str:
    if value is None:
        return "—"
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return f"{aware.astimezone(zone):%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}".replace(",", "\N{NO-BREAK SPACE}")
    if isinstance(value, float):
        return f"{value:.4f}"
    return str(value)


def _plain(value: Value) -> str | int | float | bool | None:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat()
    if isinstance(value, date | Decimal):
        return str(value)
    return value
