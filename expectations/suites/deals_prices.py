"""Prices of deals: absent, made up, and changed when nobody should."""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_deal_discipline"

RULES = (
    Rule(
        id="won_no_price",
        entity="deal",
        frame=_FRAME,
        column="has_price",
        applies_when=("is_won",),
        explains=("price", "paid_amount", "closed_on"),
        severity="error",
        owner_role="responsible",
        requirements=("S13",),
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
        id="placeholder_price",
        entity="deal",
        frame=_FRAME,
        column="is_placeholder_price",
        expects=False,
        explains=("price", "same_price_deals"),
        severity="warning",
        owner_role="responsible",
        requirements=("S13",),
        ru=RuleText(
            title="Вместо суммы сделки вписана заглушка",
            fix="Впишите в бюджет настоящую сумму. Пока она не согласована, оставьте поле пустым: "
            "одинаковые и условные суммы портят прогноз и средний чек.",
        ),
        en=RuleText(
            title="Placeholder instead of the deal's sum",
            fix="Enter the real sum as the budget. While it is not agreed leave the field empty: "
            "made-up sums spoil the forecast and the average sale.",
        ),
    ),
    Rule(
        id="price_cut_before_win",
        entity="deal",
        frame=_FRAME,
        column="is_price_cut_before_win",
        expects=False,
        applies_when=("is_won",),
        explains=("price_before_win", "price_at_win", "closed_on"),
        money_column="price_cut_amount",
        severity="warning",
        owner_role="supervisor",
        requirements=("S27",),
        ru=RuleText(
            title="Сумма сделки снижена перед самым выигрышем",
            fix="Спросите у менеджера, согласована ли скидка. Если сумму занизили, чтобы закрыть "
            "сделку, верните настоящую и сверьте её с договором и оплатой.",
        ),
        en=RuleText(
            title="Sum of the deal was lowered just before the win",
            fix="Ask the manager whether the discount was agreed. If the sum was lowered to close "
            "the deal, restore it and compare it with contract and payment.",
        ),
    ),
    Rule(
        id="price_changed_after_win",
        entity="deal",
        frame=_FRAME,
        column="is_price_changed_after_win",
        expects=False,
        applies_when=("is_won",),
        explains=("price", "price_at_win", "closed_on", "price_changed_at"),
        severity="warning",
        owner_role="supervisor",
        requirements=("S27",),
        ru=RuleText(
            title="Сумма сделки изменена после выигрыша",
            fix="Сверьте сумму с договором и оплатами. Доплату оформляйте отдельной сделкой, а "
            "право менять бюджет закрытых сделок оставьте руководителю.",
        ),
        en=RuleText(
            title="Sum of the deal was changed after the win",
            fix="Compare the sum with contract and payments. Enter extra sales as deals of their "
            "own, and leave the right to edit closed deals to the supervisor.",
        ),
    ),
)
