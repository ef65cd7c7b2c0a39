"""Bank statements that do not add up: part of the money may be missing."""

from expectations.rule import Rule, RuleText

RULES = (
    Rule(
        id="bank_totals_untied",
        entity="bank_file",
        frame="quality.fct_bank_file_discipline",
        column="is_untied",
        expects=False,
        explains=("tie_message", "untied_statements", "quarantined", "starts_on", "ends_on"),
        needs=("money",),
        severity="error",
        owner_role="accountant",
        requirements=("S22",),
        ru=RuleText(
            title="Выписка не сходится со своими итогами",
            fix="Скачайте выписку за эти дни заново и положите под тем же именем. Если не сошлась "
            "и она, посмотрите строки в карантине: их не удалось прочитать.",
        ),
        en=RuleText(
            title="Statement that does not add up to its totals",
            fix="Download the statement of these days again and put it there under the same name. "
            "If that does not add up either, look at the rows in quarantine: they cannot be read.",
        ),
    ),
)
