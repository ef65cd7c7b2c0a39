import pytest

from expectations.errors import RuleDefinitionError
from expectations.rule import Rule, RuleText, _unique, discover

TEXT = RuleText("t", "f")


def make(**changes: object) -> Rule:
    fields: dict[str, object] = {
        "id": "some_rule",
        "entity": "deal",
        "frame": "quality.fct_deal_discipline",
        "column": "has_source",
        "severity": "error",
        "owner_role": "responsible",
        "ru": TEXT,
        "en": TEXT,
    }
    return Rule(**(fields | changes))  # type: ignore[arg-type]


def test_discovery_finds_the_three_rules_once_each() -> None:
    rules = discover()
    assert {"deal_no_source", "won_no_price", "won_no_payment_date"} <= {r.id for r in rules}
    assert len({r.id for r in rules}) == len(rules)


def test_every_rule_speaks_both_languages() -> None:
    for rule in discover():
        for russian, english in ((rule.ru.title, rule.en.title), (rule.ru.fix, rule.en.fix)):
            assert any("а" <= letter.lower() <= "я" for letter in russian), rule.id
            assert not any("а" <= letter.lower() <= "я" for letter in english), rule.id


def test_a_repeated_id_is_refused_with_both_places() -> None:
    with pytest.raises(RuleDefinitionError, match=r"stands in both suites\.a and suites\.b"):
        _unique({"suites.a": [make()], "suites.b": [make()]})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Bad Id"),
        ("entity", "planet"),
        ("frame", "quality.x; drop table y"),
        ("severity", "fatal"),
        ("ru", RuleText("", "f")),
        ("en", RuleText("t", "")),
    ],
)
def test_a_malformed_rule_is_refused_by_name_of_the_field(field: str, value: object) -> None:
    with pytest.raises(RuleDefinitionError, match=f"{field} is wrong"):
        make(**{field: value})
