"""Rules fit the frames they judge, and those of pipeline design come from their seed."""

import csv
from pathlib import Path

import pytest
import yaml

from expectations.errors import RuleDefinitionError
from expectations.rule import Rule, discover
from expectations.suites import stages

PROJECT = Path(__file__).parents[2] / "dbt_project"
# what findings copy from a frame beside its key
COPIED = {
    *("deal_id", "deal_name", "deal_url", "entity_name", "entity_url", "pipeline_id"),
    *("pipeline_name", "stage_id", "stage_name", "responsible_user_id", "responsible_name"),
    *("responsible_then_user_id", "channel", "money_at_stake", "currency"),
}


def _types(rule: Rule) -> dict[str, str]:
    name = rule.frame.removeprefix("quality.")
    path = PROJECT / f"models/marts/quality/{name}.yml"
    columns = yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]["columns"]
    return {column["name"]: column["data_type"] for column in columns}


@pytest.mark.parametrize("rule", discover(), ids=lambda rule: rule.id)
def test_a_rule_finds_its_columns_in_its_frame(rule: Rule) -> None:
    types = _types(rule)
    assert {*rule.keys, *rule.explains} <= set(types)
    assert set(types) >= COPIED
    assert types[rule.money_column].replace(" ", "") == "decimal(18,2)"
    assert {types[name] for name in (rule.column, *rule.applies_when)} == {"boolean"}


def test_every_rule_of_the_seed_judges_stages_pipelines_or_the_account() -> None:
    with (PROJECT / "seeds/lint_rules.csv").open(encoding="utf-8", newline="") as seed:
        rows = {row["rule_id"]: row for row in csv.DictReader(seed)}
    rules = {rule.id: rule for rule in stages.RULES}
    assert list(rules) == list(rows)
    for name, rule in rules.items():
        assert (rule.severity, rule.ru.title) == (rows[name]["severity"], rows[name]["title_ru"])
        assert rule.requirements
    assert rules["many_pipelines"].applies_when == ("is_account",)
    assert rules["dead_stage"].applies_when == ("is_stage",)


def test_a_seed_without_a_column_is_refused_by_its_name(tmp_path: Path) -> None:
    seed = tmp_path / "lint_rules.csv"
    seed.write_text("rule_id,severity,title_ru\nx,advice,y\n", encoding="utf-8")
    with pytest.raises(RuleDefinitionError, match=r"lint_rules\.csv: '.+' is missing"):
        list(stages._read(seed))


def test_an_absent_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleDefinitionError, match="missing"):
        list(stages._read(tmp_path / "nothing.csv"))
