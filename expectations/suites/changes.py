"""Mass changes: deals that were moved by the dozen rather than worked."""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_mass_change_discipline"

RULES = (
    Rule(
        id="mass_change",
        entity="mass_change",
        frame=_FRAME,
        column="is_mass_change",
        expects=False,
        applies_when=("is_recent",),
        explains=("started_at", "deals", "origin_stage_names"),
        severity="warning",
        owner_role="supervisor",
        requirements=("S43",),
        ru=RuleText(
            title="Сделки переведены на этап разом",
            fix="Спросите, почему этапы меняли списком, и попросите двигать сделку в день, когда "
            "с ней что-то произошло. Сроки этапов без этих переходов уже посчитаны.",
        ),
        en=RuleText(
            title="Deals moved to a stage all at once",
            fix="Ask why stages were changed by a list, and have each deal moved on the day "
            "something happens to it. Times of stages are already shown without these moves.",
        ),
    ),
    Rule(
        id="mass_change_mixed",
        entity="mass_change",
        frame=_FRAME,
        column="is_mixed",
        expects=False,
        applies_when=("is_recent",),
        explains=("started_at", "deals", "origin_stage_names"),
        severity="error",
        owner_role="supervisor",
        requirements=("S44",),
        ru=RuleText(
            title="Сделки с разных этапов сведены в один",
            fix="Проверьте, верен ли этап у каждой из этих сделок, и верните те, что попали в "
            "список по ошибке: так бывает, когда правят «все по фильтру».",
        ),
        en=RuleText(
            title="Deals of different stages moved into one",
            fix="Check whether the stage is right for each of these deals and move back those that "
            "were caught by mistake: it happens when “all in the filter” is changed.",
        ),
    ),
)
