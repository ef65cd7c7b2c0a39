"""What ``explain`` calls its sections and columns, in the owner's two languages."""

from typing import Literal

Language = Literal["ru", "en"]

_WORDS = {
    # reports
    "revenue_by_channel": ("Деньги по каналам", "Money by channel"),
    "leads_by_source": ("Заявки по источникам", "Leads by source"),
    "attribution": ("Атрибуция", "Attribution"),
    "payback": ("Окупаемость когорты", "Payback of a cohort"),
    "spend_ledger": ("Ведомость расходов", "Ledger of spend"),
    "payment_ledger": ("Ведомость платежей", "Ledger of payments"),
    # sections
    "section:payments": ("Платежи", "Payments"),
    "section:allocations": ("К каким сделкам отнесены", "Deals they belong to"),
    "section:deals": ("Сделки и их источник", "Deals and their source"),
    "section:touches": ("Касания, между которыми разделены деньги", "Touches that share the money"),
    "section:spend": ("Расход канала за месяц", "Spend of the channel in the month"),
    "section:ages": ("Когда пришли деньги когорты", "When the money of the cohort came"),
    "section:leads": ("Заявки", "Leads"),
    "section:buckets": ("По корзинам", "By bucket"),
    "section:entries": ("Строки", "Rows"),
    # measures
    "leads": ("заявки", "leads"),
    "spend": ("расход", "spend"),
    "net_revenue": ("выручка за вычетом возвратов", "net revenue"),
    "credited": ("деньги канала по модели", "money of the channel by the model"),
    "source_total": ("итог источника", "total of the source"),
    # cells
    "channel": ("канал", "channel"),
    "month": ("месяц", "month"),
    "day": ("день", "day"),
    "basis": ("база", "basis"),
    "model": ("модель", "model"),
    "bucket": ("корзина", "bucket"),
    "source": ("источник", "source"),
    "currency": ("валюта", "currency"),
    # columns
    "payment_id": ("платёж", "payment"),
    "booked_on": ("день", "day"),
    "payment_source": ("откуда", "feed"),
    "counterparty_name": ("плательщик", "payer"),
    "purpose": ("назначение", "purpose"),
    "payment_amount": ("весь платёж", "whole payment"),
    "amount": ("сумма", "amount"),
    "load": ("загрузка", "load"),
    "deal_id": ("сделка", "deal"),
    "method": ("правило", "rule"),
    "method_group": ("правила", "rules"),
    "score": ("оценка", "score"),
    "evidence": ("основание", "evidence"),
    "allocated_amount": ("отнесено", "allocated"),
    "deals": ("сделок", "deals"),
    "payments": ("платежей", "payments"),
    "deal_name": ("название", "name"),
    "deal_status": ("статус", "status"),
    "status": ("статус", "status"),
    "deal_created_on": ("создана", "created"),
    "created_at": ("создана", "created"),
    "deal_price": ("цена", "price"),
    "price": ("цена", "price"),
    "paid_amount": ("оплачено", "paid"),
    "source_rule": ("правило источника", "rule of the source"),
    "evidence_kind": ("чем доказан", "told by"),
    "evidence_id": ("запись", "record"),
    "deal_channel": ("канал сделки", "deal's channel"),
    "deal_url": ("ссылка", "link"),
    "touch_id": ("касание", "touch"),
    "touched_at": ("когда", "when"),
    "touch_kind": ("вид", "kind"),
    "stitch_rule": ("склейка", "stitched by"),
    "campaign_key": ("кампания", "campaign"),
    "campaign_name": ("название кампании", "name of the campaign"),
    "campaign_day_clicks": ("кликов в тот день", "clicks that day"),
    "campaign_day_spend": ("расход в тот день", "spend that day"),
    "join_method": ("правило кампании", "rule of the campaign"),
    "weight": ("доля", "share"),
    "cabinet": ("кабинет", "cabinet"),
    "part": ("часть", "part"),
    "first_on": ("с", "from"),
    "last_on": ("по", "to"),
    "days": ("дней", "days"),
    "clicks": ("клики", "clicks"),
    "paid_deals": ("оплачено сделок", "paid deals"),
    "rows": ("строк", "rows"),
    "spend_on": ("день", "day"),
    "months_later": ("месяцев спустя", "months later"),
    "cash_month": ("месяц оплаты", "month of payment"),
    # sentences
    "is_empty": (
        "Клетка пуста: таких строк в отчёте нет.",
        "The cell is empty: the report has no such row.",
    ),
    "has_months": ("Есть за месяцы:", "There are some for:"),
    "has_nothing": ("Ни за один месяц их нет.", "There are none for any month."),
    "sums_to": ("сумма строк", "rows sum to"),
    "more_rows": (
        "и ещё строк: {count}; все — с --limit 0",
        "and {count} more; all with --limit 0",
    ),
    "does_not_tie": (
        "Строки не сходятся с отчётом: запустите `skvoz run rebuild`",
        "The rows do not tie with the report: run `skvoz run rebuild`",
    ),
}


def word(language: Language, key: str) -> str:
    """A code in words; a code that has none stands for itself."""
    found = _WORDS.get(key)
    if found is None:
        return key
    return found[0] if language == "ru" else found[1]
