"""Design of pipelines: the rules of the seed ``lint_rules``, in its own words and severities."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from expectations.errors import RuleDefinitionError
from expectations.rule import Rule, RuleText, Severity

_SEED = Path(__file__).resolve().parents[2] / "dbt_project/seeds/lint_rules.csv"

# What the project promises to show, by the rule that shows it.
_REQUIREMENTS = {
    "reminder_stage": ("S45",),
    "parked_stage": ("S47",),
    "reminder_untracked": ("S49",),
    "missing_task": ("S70",),
    "compound_name": ("S55",),
    "wide_dwell": ("S55",),
    "dead_stage": ("S46",),
    "mixed_origins": ("S48",),
    "no_standard": ("S75",),
    "fragmented_pipeline": ("S59",),
    "default_untouched": ("S31",),
    "automation_untyped": ("S71",),
    "many_pipelines": ("S72",),
    "pipelines_near_limit": ("S72",),
    "stages_near_limit": ("S72",),
}
# Rows of the frame a rule speaks of, where that is not a single stage.
_APPLIES = {
    "fragmented_pipeline": "is_pipeline",
    "default_untouched": "is_pipeline",
    "automation_untyped": "is_pipeline",
    "stages_near_limit": "is_pipeline",
    "many_pipelines": "is_account",
    "pipelines_near_limit": "is_account",
}


def _read(path: Path) -> Iterator[Rule]:
    """A rule per row of the seed.

    Raises:
        RuleDefinitionError: the seed is absent, or lacks a column.
    """
    try:
        with path.open(encoding="utf-8", newline="") as seed:
            yield from (_rule(row) for row in csv.DictReader(seed))
    except (OSError, KeyError) as error:
        raise RuleDefinitionError(
            f"{path}: {error} is missing; restore the seed of rules of pipeline design"
        ) from error


def _rule(row: dict[str, str]) -> Rule:
    name = row["rule_id"]
    return Rule(
        id=name,
        entity="stage",
        frame="quality.fct_stage_discipline",
        column=f"is_{name}",
        expects=False,
        applies_when=(_APPLIES.get(name, "is_stage"),),
        explains=("reasons", "deals_open"),
        money_column="untracked_amount" if name == "reminder_untracked" else "money_at_stake",
        severity=cast("Severity", row["severity"]),  # the rule itself refuses any other word
        owner_role="supervisor",
        requirements=_REQUIREMENTS.get(name, ()),
        ru=RuleText(title=row["title_ru"], fix=row["advice_ru"]),
        en=RuleText(title=row["title_en"], fix=row["advice_en"]),
    )


RULES = tuple(_read(_SEED))
