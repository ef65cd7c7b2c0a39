"""Words of the rules that the page is told by its caller."""

from reporting.inputs import RuleText

TITLES: dict[str, dict[str, RuleText]] = {
    "ru": {
        "deal_no_source": RuleText("Сделка без источника", "Заполните источник."),
        "won_no_price": RuleText("Выигранная сделка без суммы", "Впишите сумму."),
        "won_no_payment_date": RuleText("Нет даты оплаты", "Укажите дату оплаты."),
        "quiet_rule": RuleText("Тихое правило", "Ничего."),
    },
    "en": {
        "deal_no_source": RuleText("Deal without a source", "Fill in the source."),
        "won_no_price": RuleText("Won deal without a sum", "Enter the sum."),
        "won_no_payment_date": RuleText("No payment date", "Enter the payment date."),
        "quiet_rule": RuleText("Quiet rule", "Nothing."),
    },
}
