"""The list that breaches are written on."""

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass
class Told:
    """Breaches, doubtful entities, and the rules that are spoken of though nothing breaks them."""

    rows: list[Row] = field(default_factory=list)
    doubts: list[Row] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)

    def speak_of(self, entity: str, *rules: str) -> None:
        self.rules += [(rule, entity) for rule in rules]

    def breach(self, rule: str, entity_id: object, deal_id: int | None = None) -> None:
        entity = next(entity for known, entity in self.rules if known == rule)
        self.rows.append(
            {
                "rule_id": rule,
                "entity_type": entity,
                "entity_id": str(entity_id),
                "deal_id": deal_id,
            }
        )

    def doubt(self, rule: str, entity_id: object) -> None:
        self.doubts.append({"rule_id": rule, "entity_id": str(entity_id)})
