import re
from dataclasses import replace
from typing import get_args

import pytest

from expectations.errors import RuleDefinitionError
from expectations.rule import Language, Need, Rule, RuleText, _unique, discover
from ingestion.registry import Brings
from tests.expectations.conftest import make_rule

DISCOVERED = discover()
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z_.-]*[A-Za-z]")
# names that a sales department says as they are, and what is written so in a reference table;
# names of marks and tables (utm_source) and of commands (in backquotes) have to be exact as well
_NAMES = {"UTM", "CRM", "amoCRM", "Skvoz", "Excel", "SWIFT", "fixed", "indefinite", "automation"}


def test_discovery_finds_every_rule_once() -> None:
    assert {"deal_no_source", "won_no_price", "won_no_payment_date"} <= {r.id for r in DISCOVERED}
    assert len({r.id for r in DISCOVERED}) == len(DISCOVERED)


@pytest.mark.parametrize("rule", DISCOVERED, ids=lambda rule: str(rule.id))
def test_a_rule_speaks_to_people_in_both_languages(rule: Rule) -> None:
    for language in get_args(Language):
        text = rule.text(language)
        assert 8 <= len(text.title) <= 60, text.title
        assert 20 <= len(text.fix) <= 400, text.fix
        assert not text.title.endswith("."), text.title
        assert text.fix.endswith((".", "!", "?")), text.fix
        assert bool(_CYRILLIC.search(text.title)) is (language == "ru"), text.title
        assert bool(_CYRILLIC.search(text.fix)) is (language == "ru") or "«" in text.fix, text.fix
    for russian in (rule.ru.title, rule.ru.fix):
        words = _LATIN_WORD.findall(re.sub(r"`[^`]*`", "", russian))
        assert [word for word in words if word not in _NAMES and "_" not in word] == [], russian


@pytest.mark.parametrize("rule", DISCOVERED, ids=lambda rule: str(rule.id))
def test_a_rule_says_what_it_is_for(rule: Rule) -> None:
    assert rule.requirements, "which numbers of the requirements does it serve?"
    assert all(re.fullmatch(r"S\d+", number) for number in rule.requirements)
    assert rule.frame.startswith("quality.")
    assert bool(rule.concerns) is (rule.severity == "blocker")


def test_needs_are_kinds_that_sources_bring() -> None:
    assert get_args(Need) == get_args(Brings)


def test_a_rule_says_how_it_is_judged() -> None:
    assert make_rule().judged_by == {"value_set": [True]}
    assert make_rule(expects=False).judged_by == {"value_set": [False]}
    assert replace(make_rule(), expects=False).judged_by == {"value_set": [False]}
    between = make_rule(expectation="expect_x", arguments={"min_value": 1})
    assert between.judged_by == {"min_value": 1}


def test_a_repeated_id_is_refused_with_both_places() -> None:
    with pytest.raises(RuleDefinitionError, match=r"stands in both suites\.a and suites\.b"):
        _unique({"suites.a": [make_rule()], "suites.b": [make_rule()]})


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("id", {"id": "Bad Id"}),
        ("entity", {"entity": "planet"}),
        ("frame", {"frame": "quality.x; drop table y"}),
        ("column", {"column": 'has"source'}),
        ("money_column", {"money_column": "sum(x)"}),
        ("applies_when", {"applies_when": ("is won",)}),
        ("applies_when", {"applies_when": "is_won"}),
        ("explains", {"explains": ["price"]}),
        ("severity", {"severity": "fatal"}),
        ("owner_role", {"owner_role": "director"}),
        ("ru", {"ru": RuleText("", "f")}),
        ("en", {"en": RuleText("t", "")}),
        ("needs", {"needs": ("bank",)}),
        ("expects", {"expects": False, "arguments": {"value_set": [True]}}),
        ("expects", {"expects": False, "expectation": "expect_column_values_to_be_null"}),
        ("requirements", {"requirements": ("13",)}),
        ("requirements", {"requirements": "S13"}),
        ("concerns", {"severity": "blocker"}),
        ("concerns", {"concerns": ("marts.fct_deals",)}),
        ("concerns", {"severity": "blocker", "concerns": ("marts.fct deals",)}),
    ],
)
def test_a_malformed_rule_is_refused_by_name_of_the_field(
    field: str, changes: dict[str, object]
) -> None:
    with pytest.raises(RuleDefinitionError, match=f"{field} is wrong"):
        make_rule(**changes)


def test_a_blocker_names_what_it_keeps_back() -> None:
    blocker = make_rule(severity="blocker", concerns=("marts.rpt_leads_by_source",))
    assert blocker.concerns == ("marts.rpt_leads_by_source",)
