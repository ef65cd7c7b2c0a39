"""Where deals come from: a source that is missing, lost on the way, or written over."""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_deal_discipline"

RULES = (
    Rule(
        id="deal_no_source",
        entity="deal",
        frame=_FRAME,
        column="has_source",
        applies_when=("is_won", "is_paid"),
        explains=("is_won", "is_paid", "source_rule"),
        severity="error",
        owner_role="responsible",
        requirements=("S4", "S21"),
        ru=RuleText(
            title="Выигранная или оплаченная сделка без источника",
            fix="Узнайте, откуда пришёл клиент, и заполните источник или UTM-метки в карточке "
            "сделки. Если таких сделок много, проверьте, передают ли метки формы, звонки и чаты.",
        ),
        en=RuleText(
            title="Won or paid deal without a source",
            fix="Find out where the customer came from and fill in the source or the UTM fields of "
            "the deal. If there are many, check that forms, telephony and chats pass the tags on.",
        ),
    ),
    Rule(
        id="deal_source_lost",
        entity="deal",
        frame=_FRAME,
        column="is_source_lost",
        expects=False,
        explains=("source_rule", "channel", "created_on"),
        severity="warning",
        owner_role="marketing",
        requirements=("S6",),
        ru=RuleText(
            title="Источник обращения не дошёл до карточки сделки",
            fix="Звонок, заявка или визит клиента знают источник, а карточка сделки нет. Проверьте "
            "интеграцию, которая создала сделку: она должна переносить UTM-метки в поля карточки.",
        ),
        en=RuleText(
            title="Source of the inquiry did not reach the deal",
            fix="The customer's call, form or visit knows the source and the deal does not. Check "
            "the integration that created the deal: it has to copy the UTM tags into its fields.",
        ),
    ),
    Rule(
        id="deal_source_overwritten",
        entity="deal",
        frame=_FRAME,
        column="is_source_overwritten",
        expects=False,
        applies_when=("is_won",),
        explains=("channel", "source_raw", "closed_on"),
        severity="warning",
        owner_role="supervisor",
        requirements=("S24",),
        ru=RuleText(
            title="Источник сделки переписан вручную после выигрыша",
            fix="Посмотрите в истории карточки, кто и зачем изменил источник, и верните прежний, "
            "если причины нет. Запретите менеджерам менять поля источника в правах доступа.",
        ),
        en=RuleText(
            title="Source of the deal was rewritten after the win",
            fix="See in the deal's history who changed the source and why, and restore it unless "
            "there was a reason. Take the right to edit source fields away from managers.",
        ),
    ),
    Rule(
        id="sale_source_lost",
        entity="deal",
        frame=_FRAME,
        column="is_sale_source_lost",
        expects=False,
        applies_when=("is_child",),
        explains=("sale_chain_id", "channel", "created_on"),
        severity="warning",
        owner_role="administrator",
        requirements=("S65",),
        ru=RuleText(
            title="При передаче в другой отдел потерян источник продажи",
            fix="Новая сделка продолжает прежнюю, но источника в ней нет. Настройте в цифровой "
            "воронке или интеграции копирование источника и UTM-меток из первой сделки.",
        ),
        en=RuleText(
            title="Source lost when the sale was handed over",
            fix="The new deal continues an earlier one but has no source. Let the automation that "
            "creates it copy the source and the UTM fields of the first deal.",
        ),
    ),
)
