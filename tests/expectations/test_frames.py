"""Rules and the frames they judge fit: read from the contracts of the marts, without a build."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from expectations.rule import IS_IN_SET, Rule, discover

MARTS = Path(__file__).resolve().parents[2] / "dbt_project/models/marts/quality"
# what findings copy from any frame
COPIED = frozenset(
    {
        *("account_id", "deal_id", "deal_name", "deal_url", "entity_name", "entity_url"),
        *("pipeline_id", "pipeline_name", "stage_id", "stage_name", "channel", "currency"),
        *("responsible_user_id", "responsible_name", "responsible_then_user_id"),
        "money_at_stake",
    }
)
RULES = discover()


@cache
def columns(frame: str) -> dict[str, str]:
    """Type of every column of a frame, by the contract of its mart."""
    path = (MARTS / frame.removeprefix("quality.")).with_suffix(".yml")
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return {column["name"]: column["data_type"] for column in model["columns"]}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_asks_for_columns_that_its_frame_has(rule: Rule) -> None:
    found = columns(rule.frame)
    assert {*rule.keys, *rule.explains} <= found.keys()
    assert {found[name] for name in rule.applies_when} <= {"boolean"}
    assert rule.expectation != IS_IN_SET or found[rule.column] == "boolean"
    assert found[rule.money_column].startswith("decimal")


@pytest.mark.parametrize("frame", sorted({rule.frame for rule in RULES}))
def test_a_frame_has_what_findings_copy(frame: str) -> None:
    assert columns(frame).keys() >= COPIED


def test_every_flag_of_a_deal_is_judged_or_used() -> None:
    """A column prepared for a rule that nobody asks is a rule forgotten."""
    explained = {name for rule in RULES for name in (*rule.applies_when, *rule.explains)}
    judged = {rule.column for rule in RULES if rule.frame == "quality.fct_deal_discipline"}
    context = {"is_root", "is_last_of_sale", "is_responsible_fit", "is_stage_listed"}
    flags = {
        name
        for name, kind in columns("quality.fct_deal_discipline").items()
        if kind == "boolean" and name not in ("has_loss_reason",)
    }
    assert flags - judged - explained == context
