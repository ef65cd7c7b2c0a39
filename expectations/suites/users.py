"""Habits of people that spoil the figures for everybody."""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_user_discipline"

RULES = (
    Rule(
        id="payment_dates_defaulted",
        entity="user",
        frame=_FRAME,
        column="is_date_defaulter",
        expects=False,
        applies_when=("has_dated_deals",),
        explains=("dated_deals", "defaulted_deals", "defaulted_share"),
        money_column="defaulted_amount",
        severity="warning",
        owner_role="supervisor",
        requirements=("S14",),
        ru=RuleText(
            title="Датой оплаты ставят день закрытия",
            fix="Сверьте даты нескольких сделок с банком. Попросите вписывать день, когда пришли "
            "деньги, или подключите выписку: тогда дату даёт банк.",
        ),
        en=RuleText(
            title="The closing day is entered as the payment date",
            fix="Compare the dates of some deals with the bank. Have the day entered on which the "
            "money came, or connect the bank: then it tells the date.",
        ),
    ),
    Rule(
        id="first_stage_hoarder",
        entity="user",
        frame=_FRAME,
        column="is_first_stage_hoarder",
        expects=False,
        applies_when=("has_measured_deals",),
        explains=("measured_deals", "first_stage_share"),
        money_column="first_stage_amount",
        severity="advice",
        owner_role="supervisor",
        requirements=("S54",),
        ru=RuleText(
            title="Сделки стоят на первом этапе почти до конца",
            fix="Попросите двигать сделку сразу, как она перешла на новый шаг, иначе сроки и "
            "конверсия этапов ничего не говорят.",
        ),
        en=RuleText(
            title="Deals stay in the first stage almost to the end",
            fix="Have deals moved as soon as they reach the next step, or times and conversion of "
            "stages tell nothing.",
        ),
    ),
    Rule(
        id="postpones_tasks",
        entity="user",
        frame=_FRAME,
        column="is_postponer",
        expects=False,
        applies_when=("has_tasks",),
        explains=("tasks", "postponed_share"),
        money_column="postponed_amount",
        severity="warning",
        owner_role="supervisor",
        requirements=("S68",),
        ru=RuleText(
            title="Задачи привычно переносят",
            fix="Разберите с сотрудником его перенесённые задачи: какие закрыть, какие сделать "
            "сегодня. Просрочки такой сотрудник не показывает, а клиент ждёт.",
        ),
        en=RuleText(
            title="Tasks are put off as a habit",
            fix="Go through the tasks that were put off with this person: which to close, which to "
            "do today. Nothing looks overdue there, and the customer waits.",
        ),
    ),
)
