"""UTM marks as people wrote them: one rule per violation of the naming standard."""

from typing import Literal

from expectations.rule import Rule, RuleText

_Severity = Literal["warning", "advice"]


def _rule(violation: str, severity: _Severity, ru: tuple[str, str], en: tuple[str, str]) -> Rule:
    return Rule(
        id=f"utm_{violation}",
        entity="mark",
        frame="quality.fct_mark_discipline",
        column=f"is_{violation}",
        expects=False,
        explains=("leads", "resembles"),
        severity=severity,
        owner_role="marketing",
        requirements=("S23",),
        ru=RuleText(*ru),
        en=RuleText(*en),
    )


RULES = (
    _rule(
        "letter_case",
        "advice",
        (
            "В метке заглавные буквы",
            "Пишите метки строчными буквами. Отчёты сводят их сами, рекламные кабинеты нет.",
        ),
        (
            "Capital letters in a mark",
            "Write marks in lower case. Reports here bring them together, cabinets do not.",
        ),
    ),
    _rule(
        "cyrillic",
        "advice",
        (
            "В метке русские буквы",
            "Пишите метки латиницей: русские буквы в ссылках превращаются в проценты и цифры.",
        ),
        (
            "Russian letters in a mark",
            "Write marks in Latin letters: others turn into percent signs and digits in links.",
        ),
    ),
    _rule(
        "blanks",
        "advice",
        (
            "В метке пробелы",
            "Поставьте вместо пробела дефис или подчёркивание, иначе ссылка может оборваться.",
        ),
        (
            "Blanks in a mark",
            "Put a hyphen or an underscore instead of the blank, or the link may break there.",
        ),
    ),
    _rule(
        "unreplaced_macro",
        "warning",
        (
            "Метка не подставилась",
            "Исправьте шаблон ссылки в рекламном кабинете: такой подстановки он не знает, и какая "
            "кампания привела клиента, сказать нельзя.",
        ),
        (
            "A macro was left unreplaced",
            "Correct the link's template in the cabinet: it does not know this macro, so nobody "
            "can tell which campaign brought the customer.",
        ),
    ),
    _rule(
        "swapped",
        "warning",
        (
            "Источник и тип трафика перепутаны местами",
            "Поменяйте местами значения utm_source и utm_medium в ссылках.",
        ),
        (
            "Source and medium stand in each other's place",
            "Swap the values of utm_source and utm_medium in the links.",
        ),
    ),
    _rule(
        "unknown_value",
        "warning",
        (
            "Метка, которой нет в справочниках",
            "Исправьте метку в ссылке. Если она верна, допишите её в utm_source_aliases или в "
            "channel_rules, а рекламе подключите её кабинет.",
        ),
        (
            "A mark that no reference knows",
            "Correct the mark in the link. If it is right, add it to utm_source_aliases or "
            "channel_rules, and connect the cabinet of the advertising.",
        ),
    ),
    _rule(
        "near_duplicate",
        "warning",
        (
            "Метка похожа на другую: опечатка?",
            "Сравните с похожей меткой и исправьте ссылку. Если обе верны, сведите их в "
            "utm_source_aliases.",
        ),
        (
            "A mark much like another one: a slip?",
            "Compare it with the one it resembles and correct the link. If both are right, bring "
            "them together in utm_source_aliases.",
        ),
    ),
)
