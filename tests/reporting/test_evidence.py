"""What is known of a breach is told in words, in either language."""

import json
from zoneinfo import ZoneInfo

import pytest

from expectations.rule import Rule, discover
from reporting.evidence import evidence_text
from reporting.evidence_words import WORDS
from reporting.i18n import NBSP, Wording

MOSCOW = ZoneInfo("Europe/Moscow")
FACTS = {
    "is_won": True,
    "price": "-12000.50",
    "loss_reason": None,
    "closed_on": "2026-10-03",
    "stage_entered_at": "2026-10-20T22:30:00+00:00",
    "started_at": "2026-10-20T22:30:00",
    "open_tasks": 1200,
    "defaulted_share": 0.8,
    "earlier_deal_id": 40001,
    "deal_name": "Сделка #5; <b>",
    "status": "won",
}
EVIDENCE = json.dumps({"field": "is_duplicate", "value": True, "because": FACTS})


def told(language: str) -> list[str]:
    wording = Wording("ru" if language == "ru" else "en", "RUB")
    return evidence_text(EVIDENCE, wording, MOSCOW).replace(NBSP, " ").split("; ", 7)


def test_values_are_told_as_the_reader_writes_them() -> None:
    assert told("ru") == [
        "Бюджет: −12 000,50",
        "Причина отказа: нет",
        "Закрыта: 03.10.2026",
        "На этапе с: 21.10.2026 01:30",
        "Начато: 21.10.2026 01:30",
        "Открытых задач: 1 200",
        "Доля таких сделок: 80,0 %",
        "Более ранняя сделка: 40001; Название: Сделка #5; <b>; Состояние: выиграна",
    ]
    assert told("en")[:4] == [
        "Budget: −12,000.50",
        "Loss reason: none",
        "Closed: 3 Oct 2026",
        "At the stage since: 21 Oct 2026 01:30",
    ]


@pytest.mark.parametrize("evidence", [None, "", "{}", '{"field": "has_price", "value": false}'])
def test_flags_and_nothing_say_nothing(evidence: str | None) -> None:
    assert evidence_text(evidence, Wording("ru", "RUB"), MOSCOW) == ""


@pytest.mark.parametrize("rule", discover(), ids=lambda rule: rule.id)
def test_every_fact_of_a_rule_has_its_words(rule: Rule) -> None:
    # judged flags and conditions are said by the title
    flags = ("is_", "has_", "should_")
    facts = {name for name in rule.explains if not name.startswith(flags)}
    assert facts <= WORDS.keys()
