"""Discipline of deals: what a closed or paid deal must carry to be counted in payback."""

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
        id="won_no_price",
        entity="deal",
        frame=_FRAME,
        column="has_price",
        applies_when=("is_won",),
        explains=("price", "paid_amount", "closed_on"),
        severity="error",
        owner_role="responsible",
        ru=RuleText(
            title="Выигранная сделка без суммы",
            fix="Впишите в бюджет сделки сумму, о которой договорились с клиентом.",
        ),
        en=RuleText(
            title="Won deal without a sum",
            fix="Enter the sum agreed with the customer as the deal's budget.",
        ),
    ),
    Rule(
        id="won_no_payment_date",
        entity="deal",
        frame=_FRAME,
        column="has_payment_date",
        applies_when=("is_won",),
        explains=("paid_amount", "closed_on"),
        needs=("deals", "money"),
        severity="error",
        owner_role="responsible",
        ru=RuleText(
            title="Выигранная сделка без даты оплаты",
            fix="Укажите дату оплаты в карточке. Если клиент заплатил по счёту, проверьте номер "
            "счёта: по нему платёж из банка находит сделку сам.",
        ),
        en=RuleText(
            title="Won deal without a payment date",
            fix="Enter the payment date in the deal. If the customer paid an invoice, check its "
            "number: by it a bank payment finds the deal on its own.",
        ),
    ),
)
