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
OwnerRole = Literal["responsible", "supervisor", "marketing", "administrator", "accountant"]
Need = Literal["deals", "money", "spend", "inquiries", "visits", "rates"]  # kinds a source brings
Language = Literal["ru", "en"]

# Columns that identify one row of a frame and one finding, by entity.
ENTITY_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "deal": ("account_id", "deal_id"),
        "deal_field": ("account_id", "deal_id", "field_name"),
        "contact": ("account_id", "contact_id"),
        "payment": ("account_id", "payment_id"),
        "inquiry": ("account_id", "inquiry_id"),
        "entry_point_day": ("account_id", "source", "kind", "day"),
        "campaign": ("account_id", "campaign_key"),
        "paid_mark": ("account_id", "utm_source", "utm_medium", "utm_campaign"),
        "mark": ("account_id", "mark", "raw_value"),
        "stage": ("account_id", "pipeline_id", "stage_id"),
        "mass_change": ("account_id", "mass_change_id"),
        "user": ("account_id", "user_id"),
        "bank_file": ("account_id", "source", "file_name"),
        "tie": ("account_id", "tie_id"),
    }
)
IS_IN_SET = "expect_column_values_to_be_in_set"

_RELATION = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_REQUIREMENT = re.compile(r"S[1-9][0-9]*")


@dataclass(frozen=True)
class RuleText:
    """A rule in the words of the person who has to mend the breach."""

    title: str
    fix: str


@dataclass(frozen=True)
class Rule:
    """One declarative entry of a suite; the same rule never stands in dbt tests as well.

    ``frame`` is the relation whose rows are judged, one per entity. ``column`` must be as
    ``expects`` says: true by default, or not true for a flag of a breach (``is_…``). Any other
    Great Expectations type over the column is given by ``expectation`` with ``arguments``.
    ``applies_when`` names boolean columns: a row is judged if any of them is true (no names: every
    row). NULL in a boolean column counts as false, on both sides: what is not known to be there is
    missing, and what is not known to have happened did not. ``explains`` are further columns that
    go into the evidence. ``money_column`` is DECIMAL in the account's currency. ``needs`` names the
    kinds of data (deals, money) without which the rule can say nothing: it does not run while no
    source that brings one of them is on. ``requirements`` are the numbers (S13) of what the project
    promises to show. ``concerns`` are the relations a blocker keeps from being published, so every
    blocker names one and nothing else does.

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
    needs: tuple[Need, ...] = ("deals",)
    expects: bool = True
    expectation: str = IS_IN_SET
    arguments: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    requirements: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._require(bool(_IDENTIFIER.fullmatch(self.id)), "id", "lower case, digits and _")
        self._require(self.entity in ENTITY_KEYS, "entity", f"one of {', '.join(ENTITY_KEYS)}")
        self._require_all((self.frame,), "frame", _RELATION, "schema.table")
        for name in ("column", "money_column"):
            self._require_all((getattr(self, name),), name, _IDENTIFIER, "a column's name")
        for name in ("applies_when", "explains"):
            self._require_all(getattr(self, name), name, _IDENTIFIER, "a tuple of columns' names")
        for name, kind in (("severity", Severity), ("owner_role", OwnerRole)):
            known = get_args(kind)
            self._require(getattr(self, name) in known, name, " | ".join(known))
        for language in get_args(Language):
            text = self.text(language)
            self._require(bool(text.title and text.fix), language, "a title and a fix")
        known = get_args(Need)
        self._require(set(self.needs) <= set(known), "needs", f"some of {', '.join(known)}")
        is_plain = self.expectation == IS_IN_SET and not self.arguments
        self._require(is_plain or self.expects, "expects", "no arguments beside it")
        self._require_all(self.requirements, "requirements", _REQUIREMENT, 'a tuple like ("S13",)')
        self._require_all(self.concerns, "concerns", _RELATION, 'a tuple like ("marts.fct_deals",)')
        self._require(
            bool(self.concerns) == (self.severity == "blocker"),
            "concerns",
            "relations for a blocker and none otherwise",
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that identify a row of the frame."""
        return ENTITY_KEYS[self.entity]

    @property
    def judged_by(self) -> dict[str, object]:
        """Arguments of the expectation beside its column."""
        if self.expectation == IS_IN_SET and not self.arguments:
            return {"value_set": [self.expects]}
        return dict(self.arguments)

    def text(self, language: Language) -> RuleText:
        return self.ru if language == "ru" else self.en

    def _require_all(
        self, values: object, name: str, pattern: re.Pattern[str], expected: str
    ) -> None:
        # a bare string is iterable too, and ("S13") without its comma is one
        holds = isinstance(values, tuple) and all(pattern.fullmatch(str(v)) for v in values)
        self._require(holds, name, expected)

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
