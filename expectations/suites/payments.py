"""Payments: has all customers' money found its deal, once?"""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_payment_discipline"
_WHO = ("amount", "booked_on", "document_number", "counterparty_inn", "purpose")

RULES = (
    Rule(
        id="payment_no_deal",
        entity="payment",
        frame=_FRAME,
        column="is_without_deal",
        expects=False,
        explains=_WHO,
        money_column="no_deal_amount",
        needs=("deals", "money"),
        severity="error",
        owner_role="accountant",
        requirements=("S15",),
        ru=RuleText(
            title="Оплата, у которой нет сделки",
            fix="Найдите сделку по плательщику и назначению и впишите в неё номер счёта или ИНН. "
            "Если сделки нет, заведите её. Решение за эту оплату можно записать в справочник "
            "payment_matches.",
        ),
        en=RuleText(
            title="Payment that has no deal",
            fix="Find the deal by the payer and the purpose and enter the invoice number or the "
            "tax number there. If there is none, create it. What this payment belongs to can also "
            "be written into the seed payment_matches.",
        ),
    ),
    Rule(
        id="payment_unclear",
        entity="payment",
        frame=_FRAME,
        column="is_unclear",
        expects=False,
        explains=_WHO,
        money_column="unclear_amount",
        needs=("deals", "money"),
        severity="warning",
        owner_role="accountant",
        requirements=("S15",),
        ru=RuleText(
            title="Оплата подходит к нескольким сделкам",
            fix="Выберите сделку среди предложенных (отчёт rpt_payment_review) и запишите её в "
            "справочник payment_matches.",
        ),
        en=RuleText(
            title="Payment that may be of several deals",
            fix="Choose the deal among those offered (report rpt_payment_review) and write it into "
            "the seed payment_matches.",
        ),
    ),
    Rule(
        id="payment_duplicate",
        entity="payment",
        frame=_FRAME,
        column="is_duplicate",
        expects=False,
        explains=_WHO,
        needs=("money",),
        severity="warning",
        owner_role="accountant",
        requirements=("S15",),
        ru=RuleText(
            title="Оплата пришла дважды",
            fix="Сверьте с банком. Если клиент ошибся, верните лишнее. Если это две разные оплаты, "
            "впишите каждую в свою сделку.",
        ),
        en=RuleText(
            title="Payment that came twice",
            fix="Check with the bank. If the customer paid twice by mistake, return one payment. "
            "If they are two payments, enter each in its own deal.",
        ),
    ),
)
