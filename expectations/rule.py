"""What a rule of discipline is, and where rules are found."""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from expectations import suites
from expectations.errors import RuleDefinitionError

Severity = Literal["blocker", "error", "warning", "advice"]
OwnerRole = Literal["responsible", "supervisor", "marketing", "administrator"]
Language = Literal["ru", "en"]

# Columns that identify one row of a frame and one finding, by entity.
ENTITY_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType({"deal": ("account_id", "deal_id")})

_RELATION = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class RuleText:
    """A rule in the words of the person who has to mend the breach."""

    title: str
    fix: str


@dataclass(frozen=True)
class Rule:
    """One declarative entry of a suite; the same rule never stands in dbt tests as well.

    ``frame`` is the relation whose rows are judged, one per entity. ``expectation`` is a Great
    Expectations type over ``column`` with ``arguments``; by default the column must be true.
    ``applies_when`` names boolean columns: a row is judged if any of them is true (no names: every
    row). NULL in a boolean column counts as false, on both sides: what is not known to be there is
    missing, and what is not known to have happened did not. ``explains`` are further columns that
    go into the evidence. ``money_column`` is DECIMAL in the account's currency. ``needs`` names the
    kinds of data (deals, money) without which the rule can say nothing: it does not run while no
    source that brings one of them is on.

    Raises:
        RuleDefinitionError: a field is malformed; the text names the rule and the field.
    """

    id: str
    entity: str
    frame: str
    column: str
    severity: Severity
    owner_role: OwnerRole
    ru: RuleText
    en: RuleText
    applies_when: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()
    money_column: str = "money_at_stake"
    needs: tuple[str, ...] = ("deals",)
    expectation: str = "expect_column_values_to_be_in_set"
    arguments: Mapping[str, object] = field(
        default_factory=lambda: MappingProxyType({"value_set": [True]})
    )

    def __post_init__(self) -> None:
        self._require(bool(_IDENTIFIER.fullmatch(self.id)), "id", "lower case, digits and _")
        self._require(self.entity in ENTITY_KEYS, "entity", f"one of {', '.join(ENTITY_KEYS)}")
        self._require(bool(_RELATION.fullmatch(self.frame)), "frame", "schema.table")
        self._require(
            self.severity in get_args(Severity), "severity", " | ".join(get_args(Severity))
        )
        for language in get_args(Language):
            text = self.text(language)
            self._require(bool(text.title and text.fix), language, "a title and a fix")

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that identify a row of the frame."""
        return ENTITY_KEYS[self.entity]

    def text(self, language: Language) -> RuleText:
        return self.ru if language == "ru" else self.en

    def _require(self, holds: bool, name: str, expected: str) -> None:  # noqa: FBT001
        if not holds:
            raise RuleDefinitionError(f'Rule "{self.id}": {name} is wrong; expected {expected}')


def discover() -> tuple[Rule, ...]:
    """Rules of every module in ``expectations/suites``, in the order of module names.

    Raises:
        RuleDefinitionError: a module has no RULES, or an id is taken twice.
    """
    found: dict[str, list[Rule]] = {}
    for module in pkgutil.iter_modules(suites.__path__, f"{suites.__name__}."):
        rules = getattr(importlib.import_module(module.name), "RULES", None)
        if not isinstance(rules, tuple):
            raise RuleDefinitionError(f"{module.name} has no tuple RULES; add it or move the file")
        found[module.name] = list(rules)
    return _unique(found)


def _unique(by_module: Mapping[str, Iterable[Rule]]) -> tuple[Rule, ...]:
    owner: dict[str, str] = {}
    rules: list[Rule] = []
    for module, members in by_module.items():
        for rule in members:
            if rule.id in owner:
                raise RuleDefinitionError(
                    f'Rule id "{rule.id}" stands in both {owner[rule.id]} and {module}; rename one'
                )
            owner[rule.id] = module
            rules.append(rule)
    return tuple(rules)
