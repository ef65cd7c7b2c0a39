"""Lost deals: why they were lost, and whether the client knows it."""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_deal_discipline"

RULES = (
    Rule(
        id="lost_no_reason",
        entity="deal",
        frame=_FRAME,
        column="is_lost_without_reason",
        expects=False,
        applies_when=("is_lost",),
        explains=("closed_on", "price"),
        severity="warning",
        owner_role="responsible",
        requirements=("S28",),
        ru=RuleText(
            title="Проигранная сделка без причины отказа",
            fix="Укажите причину отказа в карточке, а в настройках воронки сделайте её "
            "обязательной.",
        ),
        en=RuleText(
            title="Lost deal without a reason",
            fix="Enter the loss reason in the deal, and make it required in the pipeline.",
        ),
    ),
    Rule(
        id="lost_reason_other",
        entity="deal",
        frame=_FRAME,
        column="is_loss_reason_other",
        expects=False,
        applies_when=("is_lost",),
        explains=("loss_reason", "closed_on"),
        severity="advice",
        owner_role="responsible",
        requirements=("S28",),
        ru=RuleText(
            title="Причина отказа ни о чём не говорит",
            fix="Выберите настоящую причину вместо «другое». Если её нет в списке, попросите "
            "администратора добавить.",
        ),
        en=RuleText(
            title="Loss reason that says nothing",
            fix='Choose the real reason instead of "other". If it is not in the list, ask the '
            "administrator to add it.",
        ),
    ),
    Rule(
        id="lost_reason_too_early",
        entity="deal",
        frame=_FRAME,
        column="is_loss_reason_too_early",
        expects=False,
        applies_when=("is_lost",),
        explains=("loss_reason", "closed_on"),
        severity="advice",
        owner_role="supervisor",
        requirements=("S28",),
        ru=RuleText(
            title="Отказ из-за цены или условий до предложения",
            fix="Послушайте разговор: что клиенту назвали и почему он отказался. Либо причина "
            "выбрана наугад, либо предложение сделали, а сделку по этапам не вели.",
        ),
        en=RuleText(
            title="Lost for price or terms before any offer",
            fix="Listen to the talk: what the customer was told and why they refused. Either the "
            "reason was a guess, or there was an offer and the stages were not kept.",
        ),
    ),
    Rule(
        id="lost_client_wrote",
        entity="deal",
        frame=_FRAME,
        column="is_lost_client_wrote",
        expects=False,
        applies_when=("is_lost",),
        explains=("client_wrote_at", "closed_on", "loss_reason"),
        severity="warning",
        owner_role="responsible",
        requirements=("S26",),
        ru=RuleText(
            title="Клиент написал или позвонил после отказа",
            fix="Ответьте клиенту. Если он снова покупает, верните сделку в работу.",
        ),
        en=RuleText(
            title="Customer wrote or called after the deal was lost",
            fix="Answer the customer. If they mean to buy after all, reopen the deal.",
        ),
    ),
)
