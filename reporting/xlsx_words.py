"""What the workbook of findings says, in Russian and in English."""

from collections.abc import Mapping

from reporting.view import Language

_Pair = tuple[str, str]

_WORDS: Mapping[str, _Pair] = {
    "summary": ("Сводка", "Summary"),
    "findings": ("Нарушения", "Findings"),
    "title": ("Открытые нарушения дисциплины", "Open breaches of discipline"),
    "checked_at": ("Проверено: %s", "Checked: %s"),
    "one_money": (
        "Деньги сделки, в которой несколько нарушений, стоят в строке каждого из них, поэтому "
        "столбец «Деньги» не складывается в итог.",
        "The money of a deal with several breaches stands with each of them, so the column "
        '"Money" does not add up to a total.',
    ),
    "only_deals": (
        "Показаны только нарушения сделок, доступных читателю.",
        "Only breaches in deals that the reader may see are shown.",
    ),
    "goes_on": (
        "Нарушений: %s. На один лист Excel помещается %s строк, поэтому лист «%s» продолжается на "
        "следующих с тем же названием и номером.",
        'Findings: %s. Excel takes %s rows a sheet, so the sheet "%s" goes on in those of the same '
        "name with a number.",
    ),
    "few_links": (
        "Excel допускает %s ссылок на листе: в строках ниже откройте сделку по столбцу «Адрес».",
        'Excel takes %s links a sheet: below them open a deal by the column "Address".',
    ),
    "severity": ("Важность", "Severity"),
    "rule": ("Нарушение", "Breach"),
    "role": ("Кто исправляет", "Who fixes it"),
    "count": ("Нарушений", "Findings"),
    "deals": ("Сделок", "Deals"),
    "money": ("Деньги", "Money"),
    "currency": ("Валюта", "Currency"),
    "checked": ("Проверено", "Checked"),
    "state": ("Состояние", "State"),
    "fix": ("Что сделать", "What to do"),
    "code": ("Код правила", "Rule"),
    "kind": ("Что", "Kind"),
    "name": ("Название", "Name"),
    "deal": ("Сделка", "Deal"),
    "pipeline": ("Воронка", "Pipeline"),
    "stage": ("Этап", "Stage"),
    "responsible": ("Ответственный", "Responsible"),
    "channel": ("Канал", "Channel"),
    "evidence": ("Что известно", "What is known"),
    "first_seen": ("Замечено", "First seen"),
    "reopened": ("Возвращалось", "Came back"),
    "address": ("Адрес", "Address"),
    "ran": ("проверялось", "checked"),
    "did_not_run": ("не проверялось: нет данных", "not checked: no data"),
    "gone": ("правило больше не проверяется", "the rule is no longer checked"),
    "nobody": ("Без ответственного", "Nobody responsible"),
    "user": ("Пользователь %s", "User %s"),
    "severity.blocker": ("блокирует отчёт", "blocks reports"),
    "severity.error": ("ошибка", "error"),
    "severity.warning": ("предупреждение", "warning"),
    "severity.advice": ("совет", "advice"),
    "role.responsible": ("ответственный", "responsible"),
    "role.supervisor": ("руководитель отдела", "supervisor"),
    "role.marketing": ("маркетолог", "marketing"),
    "role.administrator": ("администратор CRM", "CRM administrator"),
    "role.accountant": ("бухгалтер", "accountant"),
    "entity.deal": ("сделка", "deal"),
    "entity.deal_field": ("поле сделки", "field of a deal"),
    "entity.contact": ("контакт", "contact"),
    "entity.payment": ("платёж", "payment"),
    "entity.inquiry": ("обращение", "inquiry"),
    "entity.entry_point_day": ("источник обращений за день", "entry point on a day"),
    "entity.campaign": ("кампания", "campaign"),
    "entity.paid_mark": ("платная метка", "paid mark"),
    "entity.mark": ("метка", "mark"),
    "entity.stage": ("этап воронки", "stage"),
    "entity.mass_change": ("массовое изменение", "mass change"),
    "entity.user": ("пользователь", "user"),
    "entity.bank_file": ("банковская выписка", "bank statement"),
    "entity.tie": ("сверка итогов", "tie of totals"),
}


class Words:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self._place = 0 if language == "ru" else 1

    def __call__(self, key: str) -> str:
        return _WORDS[key][self._place]

    def of(self, group: str, value: str) -> str:
        """A word for a value of the data, or the value itself where it is not known."""
        pair = _WORDS.get(f"{group}.{value}")
        return value if pair is None else pair[self._place]
