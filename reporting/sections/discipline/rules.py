"""What is known of every rule: its words, what it looked at, and how fast breaches are mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb

from reporting.inputs import RuleText
from reporting.sections.discipline.breaches import Breach
from reporting.sections.discipline.tables import columns
from reporting.view.findings import Severity
from reporting.view.kinds import Language

_RULES = """
select
    rule_id, severity, owner_role, entity_type, title_ru, fix_ru, title_en, fix_en, is_run, checked
from quality.rules
order by rule_id
"""

# From the first sight to the mending: a breach that came back is as old as its first sight.
_MENDED = """
select
    rule_id, count(*),
    median(date_diff('second', first_seen_at, resolved_at)) / 86400.0,
    count(*) filter (
        where cast(timezone($zone, resolved_at) as date) > $since
        and cast(timezone($zone, first_seen_at) as date) <= $since
    )
from quality.findings
where resolved_at is not null
group by rule_id
"""


@dataclass(frozen=True)
class KnownRule:
    rule_id: str
    severity: Severity
    role: str
    kind: str
    text: RuleText
    is_run: bool
    checked: int | None


@dataclass(frozen=True)
class Mended:
    """``days`` is None where nothing was mended yet."""

    ever: int = 0
    days: Decimal | None = None
    since: int = 0


def read_rules(
    con: duckdb.DuckDBPyConnection,
    texts: Mapping[str, RuleText],
    language: Language,
    breaches: list[Breach],
) -> dict[str, KnownRule]:
    """Every rule the table knows, then those that only the caller or an open finding knows of."""
    found: dict[str, KnownRule] = {}
    rows = con.execute(_RULES).fetchall() if columns(con, "rules") else []
    for rule_id, severity, role, kind, title_ru, fix_ru, title_en, fix_en, is_run, checked in rows:
        own = RuleText(title_ru, fix_ru) if language == "ru" else RuleText(title_en, fix_en)
        text = texts.get(rule_id, own)
        found[rule_id] = KnownRule(rule_id, severity, role, kind, text, bool(is_run), checked)
    for breach in breaches:
        if breach.rule_id not in found:
            text = texts.get(breach.rule_id, RuleText(breach.rule_id, ""))
            role = breach.owner_role or "responsible"
            found[breach.rule_id] = KnownRule(
                breach.rule_id, breach.severity, role, breach.entity_type, text, True, None
            )
    for rule_id, text in texts.items():
        # an older copy does not tell whether a quiet rule ran, so that it is named as a quiet one
        if rule_id not in found:
            found[rule_id] = KnownRule(rule_id, "error", "responsible", "deal", text, True, None)
    return found


def read_mended(
    con: duckdb.DuckDBPyConnection, since: date | None, zone: ZoneInfo
) -> dict[str, Mended]:
    """By rule; ``since`` counts those mended after the day, of what had been seen by then."""
    if not columns(con, "findings"):
        return {}
    rows = con.execute(_MENDED, {"zone": zone.key, "since": since or date.max}).fetchall()
    return {rule: Mended(ever, Decimal(str(days)), late) for rule, ever, days, late in rows}
