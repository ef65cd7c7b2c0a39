"""How the CRM is kept: breaches, the score of discipline and what has changed since last time."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import duckdb

from reporting.inputs import RuleText
from reporting.sections.discipline import changes, findings, four_fields, scores
from reporting.sections.discipline.breaches import read_open
from reporting.sections.discipline.rules import read_mended, read_rules
from reporting.sections.discipline.tables import columns, told_days
from reporting.view import Changes, Findings, FourFields, Language, Scores


@dataclass(frozen=True)
class Kept:
    changes: Changes
    scores: Scores
    fields: FourFields
    findings: Findings


def read(
    con: duckdb.DuckDBPyConnection,
    texts: Mapping[str, RuleText],
    channels: Mapping[str, str],
    zone: ZoneInfo,
    language: Language,
) -> Kept:
    """``texts`` of rules go before those of the published table; ``channels`` are titles."""
    breaches = read_open(con)
    known = read_rules(con, texts, language, breaches)
    _, since = told_days(con)
    summaries = findings.summarise(known, breaches, read_mended(con, since, zone), since, zone)
    titles = {rule_id: rule.text.title for rule_id, rule in known.items()}
    scored = scores.read(con, channels, breaches, titles)
    people = {row.key: row.title for row in scored.managers}
    checked = bool(columns(con, "findings"))
    return Kept(
        changes=changes.read(con, channels, summaries),
        scores=scored,
        fields=four_fields.read(con, channels, people),
        findings=findings.build(breaches, known, summaries, since, zone)
        if checked
        else Findings(checked=False),
    )
