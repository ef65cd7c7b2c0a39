"""How every report that ``explain`` knows is asked, and how its cell is taken apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration import explain_sql as sql
from orchestration.explain_answer import Answer, Check, Copy, Question, Section, Value

BASES = ("cash_date", "lead_cohort")


@dataclass(frozen=True)
class Report:
    """How one report is asked: its options, and who answers."""

    needs: tuple[str, ...]
    takes: tuple[str, ...]
    answer: Callable[[Copy, Question], Answer]


def _given(copy: Copy, question: Question) -> dict[str, Value]:
    month = date.fromisoformat(f"{question.month}-01") if question.month else None
    return {
        "channel": question.channel,
        "month": month,
        "day": question.day,
        "basis": question.basis or BASES[0],
        "model": question.model or "deal_source",
        "bucket": question.bucket,
        "source": question.source,
        "currency": question.currency or copy.company_currency,
    }


def _cell(given: Mapping[str, Value], *names: str) -> dict[str, str]:
    cell = {}
    for name in names:
        value = given[name]
        if isinstance(value, date):
            cell[name] = f"{value:%Y-%m}" if name == "month" else value.isoformat()
        elif value is not None:
            cell[name] = str(value)
    return cell


def _trail(copy: Copy, given: Mapping[str, Value], *, touches: bool) -> tuple[Section, ...]:
    sections = [
        copy.section("payments", sql.TRAIL_PAYMENTS, given, "amount"),
        copy.section("allocations", sql.TRAIL_ALLOCATIONS, given, "amount"),
        copy.section("deals", sql.TRAIL_DEALS if touches else sql.SOURCE_DEALS, given, "amount"),
    ]
    if touches:
        sections.append(copy.section("touches", sql.TRAIL_TOUCHES, given, "amount"))
    return tuple(sections)


def _sums(name: str, reported: Value, sections: Sequence[Section]) -> list[Check]:
    """A figure against every section that retells it, each in its own grain."""
    expected = Decimal(str(reported or 0))
    return [
        Check(f"{name}, {section.name}", expected, section.sum() or Decimal())
        for section in sections
    ]


def _revenue(copy: Copy, question: Question) -> Answer:
    given = _given(copy, question)
    cell = _cell(given, "channel", "month", "basis", "currency")
    found = copy.rows(sql.REVENUE_CELL, given)
    if not found:
        return _empty(copy, question, cell, sql.REVENUE_MONTHS, given)
    return _money(copy, "revenue_by_channel", cell, given, found[0], ())


def _attribution(copy: Copy, question: Question) -> Answer:
    given = _given(copy, question)
    cell = _cell(given, "model", "channel", "month", "basis", "currency")
    found = copy.rows(sql.ATTRIBUTION_CELL, given)
    if not found:
        return _empty(copy, question, cell, sql.ATTRIBUTION_MONTHS, given)
    return _money(copy, "attribution", cell, given, found[0], ())


def _payback(copy: Copy, question: Question) -> Answer:
    given = _given(copy, question) | {"basis": "lead_cohort"}
    cell = _cell(given, "channel", "month", "currency")
    found = copy.rows(sql.PAYBACK_CELL, given)
    if not found:
        return _empty(copy, question, cell, sql.PAYBACK_MONTHS, given)
    ages = copy.section("ages", sql.COHORT_AGES, given, "amount")
    return _money(copy, "payback", cell, given, found[0], (ages,))


def _money(
    copy: Copy,
    report: str,
    cell: Mapping[str, str],
    given: Mapping[str, Value],
    figures: Sequence[Value],
    before: tuple[Section, ...],
) -> Answer:
    """A cell of net revenue and spend; what is unknown there (NULL) has nothing to be checked."""
    net_revenue, spend = figures
    sections = list(before)
    checks: list[Check] = []
    if net_revenue is not None:
        sections += _trail(copy, given, touches=given["model"] != "deal_source")
        checks += _sums("net_revenue", net_revenue, sections)
    if spend is not None:
        spent = copy.section("spend", sql.CHANNEL_SPEND, given, "amount")
        checks += _sums("spend", spend, [spent])
        sections.append(spent)
    return Answer(report, cell, tuple(checks), tuple(sections))


def _leads(copy: Copy, question: Question) -> Answer:
    given = _given(copy, question)
    cell = _cell(given, "channel", "month")
    found = copy.rows(sql.LEADS_CELL, given)
    if not found or found[0][0] is None:
        return _empty(copy, question, cell, sql.LEADS_MONTHS, given)
    section = copy.section("leads", sql.LEADS, given)
    check = Check("leads", int(str(found[0][0])), len(section.rows))
    return Answer("leads_by_source", cell, (check,), (section,))


def _spend_ledger(copy: Copy, question: Question) -> Answer:
    return _ledger(copy, question, "spend_ledger", sql.SPEND_CELL, sql.SPEND_LINES, sql.SPEND_ROWS)


def _payment_ledger(copy: Copy, question: Question) -> Answer:
    return _ledger(
        *(copy, question, "payment_ledger"),
        *(sql.PAYMENT_CELL, sql.PAYMENT_LINES, sql.PAYMENT_ROWS),
    )


def _ledger(
    copy: Copy, question: Question, name: str, cell_sql: str, lines_sql: str, rows_sql: str
) -> Answer:
    given = _given(copy, question)
    cell = _cell(given, "month", "day", "source", "bucket", "currency")
    found = copy.rows(cell_sql, given)
    if not found or found[0][0] is None:
        months = sql.SPEND_MONTHS if name == "spend_ledger" else sql.PAYMENT_MONTHS
        return _empty(copy, question, cell, months, given)
    amount, source_total = found[0]
    lines = copy.section("buckets", lines_sql, given, "amount")
    entries = copy.section("entries", rows_sql, given, "amount")
    checks = _sums("amount", amount, [lines, entries])
    if question.bucket is None:
        checks.append(Check("source_total", _decimal(source_total), _decimal(amount)))
    return Answer(name, cell, tuple(checks), (lines, entries))


def _decimal(value: Value) -> Decimal:
    return Decimal(str(value or 0))


def _empty(
    copy: Copy,
    question: Question,
    cell: Mapping[str, str],
    months: str,
    given: Mapping[str, Value],
) -> Answer:
    """No such row: say where there are some."""
    nearby = tuple(f"{row[0]:%Y-%m}" for row in copy.rows(months, given))
    return Answer(question.report.removeprefix("rpt_"), cell, nearby=nearby)


REPORTS: dict[str, Report] = {
    "revenue_by_channel": Report(
        ("channel", "month"), ("channel", "month", "basis", "currency"), _revenue
    ),
    "leads_by_source": Report(("channel", "month"), ("channel", "month"), _leads),
    "attribution": Report(
        ("model", "channel", "month"),
        ("model", "channel", "month", "basis", "currency"),
        _attribution,
    ),
    "payback": Report(("channel", "month"), ("channel", "month", "currency"), _payback),
    "spend_ledger": Report(
        ("month|day",), ("month", "day", "source", "bucket", "currency"), _spend_ledger
    ),
    "payment_ledger": Report(
        ("month|day",), ("month", "day", "source", "bucket", "currency"), _payment_ledger
    ),
}
