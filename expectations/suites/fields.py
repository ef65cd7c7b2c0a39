"""Fields that a stage asks for (seed ``field_requirements``): the price, and all others."""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_field_discipline"

RULES = (
    Rule(
        id="open_no_price",
        entity="deal_field",
        frame=_FRAME,
        column="is_filled",
        applies_when=("is_price",),
        explains=("field_title", "stage_name", "price"),
        severity="error",
        owner_role="responsible",
        requirements=("S13", "S20"),
        ru=RuleText(
            title="Предложение сделано, а суммы в сделке нет",
            fix="Впишите в бюджет сумму из предложения: без неё нет ни прогноза, ни плана.",
        ),
        en=RuleText(
            title="Offer was made and the deal has no sum",
            fix="Enter the sum of the offer as the budget: without it there is no forecast.",
        ),
    ),
    Rule(
        id="required_field_empty",
        entity="deal_field",
        frame=_FRAME,
        column="is_filled",
        applies_when=("is_other_field",),
        explains=("field_title", "stage_name"),
        severity="warning",
        owner_role="responsible",
        requirements=("S26", "S77"),
        ru=RuleText(
            title="Нет того, без чего этап не пройден",
            fix="Заполните поле или верните сделку на этап, где она на самом деле. Что и с какого "
            "этапа нужно, задаёт справочник «field_requirements».",
        ),
        en=RuleText(
            title="What the stage asks for is missing",
            fix="Fill in the field, or move the deal back to the stage it really is in. What is "
            "needed from which stage on is told by field_requirements.",
        ),
    ),
)
