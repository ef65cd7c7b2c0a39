"""What is known of a breach, as a line in the language of the reader."""

import json
import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from reporting.evidence_words import VALUES, WORDS
from reporting.i18n import Wording

_MONEY = re.compile(r"-?\d+\.\d{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")


def evidence_text(evidence: str | None, wording: Wording, zone: ZoneInfo) -> str:
    """The facts beside a breach: "Budget: 12 000.00; Closed: 03.10.2026".

    ``evidence`` is the JSON of ``quality.findings``. Flags are left out: the title of the rule says
    them. A column that has no words here is named as the mart names it.
    """
    if not evidence:
        return ""
    told = json.loads(evidence)
    facts = {told.get("field"): told.get("value")} | told.get("because", {})
    place = 0 if wording.language == "ru" else 1
    said = [
        f"{WORDS[name][place] if name in WORDS else name}: {_say(name, value, wording, zone)}"
        for name, value in facts.items()
        if name and not isinstance(value, bool)
    ]
    return "; ".join(said)


def _say(name: str, value: object, wording: Wording, zone: ZoneInfo) -> str:
    if value is None or value == "":
        return "нет" if wording.language == "ru" else "none"
    if isinstance(value, int | float):
        if name.endswith("_share"):
            return wording.percent(_exact(value))
        if name.endswith("_seconds"):
            return wording.duration(_exact(value))
        if name.endswith("_id"):
            return str(value)
        return wording.count(value) if isinstance(value, int) else wording.decimal(_exact(value))
    text = str(value)
    if pair := VALUES.get(name, {}).get(text):
        return pair[0 if wording.language == "ru" else 1]
    if _DAY.fullmatch(text):
        return wording.day(date.fromisoformat(text))
    if _MOMENT.fullmatch(text):
        return _moment(text, wording, zone)
    return wording.amount(Decimal(text)) if _MONEY.fullmatch(text) else text


def _exact(value: float | int) -> Decimal:
    return Decimal(str(value))


def _moment(text: str, wording: Wording, zone: ZoneInfo) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    # marts keep moments in UTC, with a zone or without
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    return wording.moment(aware.astimezone(zone))
