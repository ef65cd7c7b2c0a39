"""Every breach of a rule of discipline by a deal, planted or not, by the definitions alone."""

from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.model import Company
from sandbox.simulation.defects import RULES
from sandbox.simulation.discipline_cards import CARD_RULES, card_breaches, card_doubts
from sandbox.simulation.discipline_facts import Facts
from sandbox.simulation.discipline_fields import FIELD_RULES, field_breaches
from sandbox.simulation.discipline_money import (
    BANK_RULES,
    MONEY_RULES,
    money_breaches,
    money_doubts,
)
from sandbox.simulation.discipline_work import WORK_RULES, work_breaches, work_doubts

Rows = list[dict[str, Any]]
Told = tuple[str, str]  # rule and what it is about

# Whoever reads the CRM for the first time has never seen the cards in its basket.
BASKET_RULE = "deal_deleted_after_win"


def deal_defects(company: Company, feeds: Iterable[str]) -> tuple[Rows, Rows, list[Told]]:
    """Rows of the truth about discipline: defects, doubts, and the rules it speaks of.

    Where the CRM is not among the feeds only the rules of ``Company.truth`` are spoken of.
    """
    feeds = frozenset(feeds)
    if "amocrm" not in feeds or not company.stories:
        rows = company.truth["defects"]
        return list(rows), [], [(rule, "deal") for rule in RULES]
    facts = Facts(company, feeds)
    breaches = dict.fromkeys((*money_breaches(facts), *work_breaches(facts), *card_breaches(facts)))
    rows = [_row(rule, "deal", str(deal_id), deal_id) for rule, deal_id in breaches]
    rows += [
        _row(rule, "deal_field", f"{deal_id}/{field}", deal_id)
        for rule, deal_id, field in field_breaches(facts)
    ]
    doubts = [{"rule_id": rule, "entity_id": str(deal_id)} for rule, deal_id in _doubts(facts)]
    told = [*MONEY_RULES, *WORK_RULES, *CARD_RULES, *(BANK_RULES if facts.has_money else ())]
    rules = [(rule, "deal") for rule in (*told, BASKET_RULE)]
    return rows, doubts, [*rules, *((rule, "deal_field") for rule in FIELD_RULES)]


def _doubts(facts: Facts) -> Iterator[tuple[str, int]]:
    yield from money_doubts(facts)
    yield from work_doubts(facts)
    yield from card_doubts(facts)


def _row(rule: str, entity_type: str, entity_id: str, deal_id: int) -> dict[str, Any]:
    return {
        "rule_id": rule, "entity_type": entity_type, "entity_id": entity_id, "deal_id": deal_id,
    }  # fmt: skip
