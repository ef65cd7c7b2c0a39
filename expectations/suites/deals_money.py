"""Payments of deals, and what they and the stage say of each other."""

from expectations.rule import Need, Rule, RuleText

_FRAME = "quality.fct_deal_discipline"
_MONEY: tuple[Need, ...] = ("deals", "money")
_SALE = ("price", "sale_paid_amount", "closed_on")

RULES = (
    Rule(
        id="won_no_payment_date",
        entity="deal",
        frame=_FRAME,
        column="has_payment_date",
        applies_when=("is_won",),
        explains=("paid_amount", "closed_on"),
        needs=_MONEY,
        severity="error",
        owner_role="responsible",
        requirements=("S14",),
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
    Rule(
        id="payment_before_deal",
        entity="deal",
        frame=_FRAME,
        column="is_paid_before_created",
        expects=False,
        explains=("created_on", "first_paid_on", "paid_amount"),
        needs=_MONEY,
        severity="warning",
        owner_role="responsible",
        requirements=("S14",),
        ru=RuleText(
            title="Оплата пришла раньше, чем создана сделка",
            fix="Проверьте, к той ли сделке отнесён платёж: сверьте номер счёта в карточке. Если "
            "сделку завели задним числом, заводите её в день обращения клиента.",
        ),
        en=RuleText(
            title="Payment came before the deal was created",
            fix="Check that the payment belongs to this deal: compare the invoice number. If the "
            "deal was entered afterwards, enter deals on the day of the inquiry.",
        ),
    ),
    Rule(
        id="payment_date_in_future",
        entity="deal",
        frame=_FRAME,
        column="is_payment_date_in_future",
        expects=False,
        explains=("crm_paid_on", "first_paid_on"),
        severity="error",
        owner_role="responsible",
        requirements=("S14",),
        ru=RuleText(
            title="Дата оплаты в будущем",
            fix="Исправьте дату оплаты в карточке. Ожидаемую оплату ставьте задачей или отдельным "
            "полем: дата оплаты означает, что деньги уже пришли.",
        ),
        en=RuleText(
            title="Payment date in the future",
            fix="Correct the payment date of the deal. Put an expected payment into a task or a "
            "field of its own: the payment date says that the money has come.",
        ),
    ),
    Rule(
        id="won_unpaid",
        entity="deal",
        frame=_FRAME,
        column="is_won_unpaid",
        expects=False,
        applies_when=("is_won",),
        explains=_SALE,
        money_column="unpaid_amount",
        needs=_MONEY,
        severity="error",
        owner_role="responsible",
        requirements=("S15", "S26"),
        ru=RuleText(
            title="Выигранная сделка без оплаты",
            fix="Узнайте у клиента, когда он платит, и проверьте номер счёта в карточке: возможно, "
            "платёж пришёл, но не нашёл сделку. Если денег не будет, закройте сделку как отказ.",
        ),
        en=RuleText(
            title="Won deal without any payment",
            fix="Ask the customer when they pay, and check the invoice number of the deal: the "
            "payment may have come without finding it. If there will be no money, mark it lost.",
        ),
    ),
    Rule(
        id="won_underpaid",
        entity="deal",
        frame=_FRAME,
        column="is_won_underpaid",
        expects=False,
        applies_when=("is_won",),
        explains=_SALE,
        money_column="missing_amount",
        needs=_MONEY,
        severity="warning",
        owner_role="responsible",
        requirements=("S15",),
        ru=RuleText(
            title="Выигранная сделка оплачена не полностью",
            fix="Выясните, когда клиент доплатит. Если договорились о скидке, исправьте бюджет; "
            "если доплата пришла, проверьте номер счёта в карточке.",
        ),
        en=RuleText(
            title="Won deal not paid in full",
            fix="Find out when the customer pays the rest. If there was a discount, correct the "
            "budget; if the rest has come, check the invoice number of the deal.",
        ),
    ),
    Rule(
        id="won_overpaid",
        entity="deal",
        frame=_FRAME,
        column="is_won_overpaid",
        expects=False,
        applies_when=("is_won",),
        explains=_SALE,
        money_column="excess_amount",
        needs=_MONEY,
        severity="advice",
        owner_role="responsible",
        requirements=("S15",),
        ru=RuleText(
            title="По выигранной сделке пришло больше её суммы",
            fix="Если клиент докупил, увеличьте бюджет или заведите вторую сделку. Если платёж "
            "чужой, сообщите бухгалтеру: его надо отнести к другой сделке.",
        ),
        en=RuleText(
            title="Won deal paid more than its sum",
            fix="If the customer bought more, raise the budget or enter a second deal. If the "
            "payment is somebody else's, tell the accountant: it belongs to another deal.",
        ),
    ),
    Rule(
        id="paid_not_won",
        entity="deal",
        frame=_FRAME,
        column="is_paid_not_won",
        expects=False,
        applies_when=("is_open",),
        explains=("price", "net_paid_amount", "last_paid_on", "stage_name"),
        money_column="net_paid_amount",
        needs=_MONEY,
        severity="warning",
        owner_role="responsible",
        requirements=("S15", "S26"),
        ru=RuleText(
            title="Сделка оплачена полностью, но всё ещё открыта",
            fix="Переведите сделку в выигранные или передайте в следующий отдел. Если деньги ещё "
            "не за эту продажу, исправьте бюджет сделки.",
        ),
        en=RuleText(
            title="Deal paid in full and still open",
            fix="Mark the deal won or hand it over to the next department. If the money is not for "
            "this sale alone, correct the deal's budget.",
        ),
    ),
    Rule(
        id="lost_with_payment",
        entity="deal",
        frame=_FRAME,
        column="is_lost_with_payment",
        expects=False,
        applies_when=("is_lost",),
        explains=("net_paid_amount", "price", "last_paid_on", "closed_on", "loss_reason"),
        money_column="net_paid_amount",
        needs=_MONEY,
        severity="error",
        owner_role="responsible",
        requirements=("S26",),
        ru=RuleText(
            title="Проигранная сделка с деньгами клиента",
            fix="Если клиент купил, верните сделку и закройте её выигрышем. Если отказался, "
            "оформите возврат. Если платёж чужой, проверьте номер счёта в карточке.",
        ),
        en=RuleText(
            title="Lost deal with the customer's money",
            fix="If the customer bought, reopen the deal and mark it won. If they gave up, return "
            "the money. If the payment is not theirs, check the invoice number of the deal.",
        ),
    ),
    Rule(
        id="deal_deleted_after_win",
        entity="deal",
        frame="quality.fct_deleted_deal_discipline",
        column="is_deleted_after_win",
        expects=False,
        explains=("price", "paid_amount", "won_at"),
        severity="error",
        owner_role="supervisor",
        requirements=("S85",),
        ru=RuleText(
            title="Удалена выигранная сделка",
            fix="Восстановите сделку из корзины: вместе с ней из отчётов ушли её продажа и деньги. "
            "Право удалять сделки оставьте администратору.",
        ),
        en=RuleText(
            title="A won deal was deleted",
            fix="Restore the deal from the recycle bin: its sale and its money left the reports "
            "with it. Leave the right to delete deals to the administrator.",
        ),
    ),
)
