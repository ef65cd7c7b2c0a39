"""Which marks on cards break the naming standard, letter for letter."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from sandbox.model import Company, FieldValue
from sandbox.simulation import structure as ids
from sandbox.simulation.marks_reading import NOTHING
from sandbox.simulation.world import Story

MARKS = ("utm_source", "utm_medium", "utm_campaign")
NEAR = {"yandx", "yandexx"}  # one letter away from a word that everybody means
_MEDIUMS = {"cpc"}
_FIELDS = {ids.LEAD_FIELDS[mark]: mark for mark in MARKS} | dict(
    zip((ids.C_SOURCE, ids.C_MEDIUM, ids.C_CAMPAIGN), MARKS, strict=True)
)


def utm_findings(
    company: Company, stories: list[Story], sources: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows (violation, mark, raw value), each once, of live cards and of contacts that told.

    What nobody wrote, such as ``(not set)``, breaks nothing. Swapped marks and near duplicates are
    told of the source alone.
    """
    found = {
        finding for _, marks in carried(company, stories, sources) for finding in _of_card(marks)
    }
    return [
        {"violation": violation, "mark": mark, "raw_value": raw}
        for violation, mark, raw in sorted(found)
    ]


def carried(
    company: Company, stories: list[Story], sources: list[dict[str, Any]]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Deal and marks as they were written, of every live card and every contact that told."""
    rules = {row["deal_id"]: row["source_rule"] for row in sources}
    listed = {contact.id for contact in company.contacts if contact.is_listed}
    for story in stories:
        if story.lead is None:
            continue
        yield story.lead_id, _marks(story.lead.custom_fields)
        for contact in story.contacts[:1]:
            if rules[story.lead_id] == "contact_utm" and contact.id in listed:
                yield story.lead_id, _marks(contact.custom_fields)


def _marks(fields: list[FieldValue]) -> dict[str, str]:
    return {
        # blanks around a value are nobody's spelling, and are gone before anybody reads it
        _FIELDS[filled.field_id]: str(filled.values[0]["value"]).strip()
        for filled in fields
        if filled.field_id in _FIELDS
    }


def _of_card(raw: dict[str, str]) -> set[tuple[str, str, str]]:
    found = {(kind, mark, text) for mark, text in raw.items() for kind in _kinds(text)}
    source, medium = raw.get("utm_source", ""), raw.get("utm_medium", "")
    if source in _MEDIUMS and medium not in _MEDIUMS:
        found.add(("swapped", "utm_source", source))
    if source in NEAR:
        found.add(("near_duplicate", "utm_source", source))
    return found


def _kinds(raw: str) -> set[str]:
    text = unquote(raw)
    if text.strip().lower() in NOTHING:
        return set()
    if re.search(r"\{[^}]*\}", text):
        return {"unreplaced_macro"}
    kinds = set()
    if text != text.lower():
        kinds.add("letter_case")
    if re.search(r"[а-яё]", text.lower()):
        kinds.add("cyrillic")
    if re.search(r"\s", text):
        kinds.add("blanks")
    return kinds
