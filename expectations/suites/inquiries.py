"""Inquiries: does each become a deal in time, and does every entry point still work?"""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_inquiry_discipline"

RULES = (
    Rule(
        id="inquiry_no_deal",
        entity="inquiry",
        frame=_FRAME,
        column="is_without_deal",
        expects=False,
        applies_when=("is_joined",),
        explains=("kind", "source", "occurred_at", "is_missed"),
        severity="warning",
        owner_role="supervisor",
        requirements=("S9", "S25", "S78"),
        ru=RuleText(
            title="Обращение, по которому нет сделки",
            fix="Перезвоните или ответьте и заведите сделку. Если таких обращений много, "
            "проверьте, передаёт ли их в CRM эта форма, линия или чат.",
        ),
        en=RuleText(
            title="Inquiry without a deal",
            fix="Call back or answer, and create the deal. If there are many, check whether this "
            "form, line or chat passes inquiries on to the CRM.",
        ),
    ),
    Rule(
        id="inquiry_deal_late",
        entity="inquiry",
        frame=_FRAME,
        column="is_deal_late",
        expects=False,
        applies_when=("is_lead_with_deal",),
        explains=("kind", "occurred_at", "deal_created_at", "delay_minutes"),
        severity="warning",
        owner_role="supervisor",
        requirements=("S25",),
        ru=RuleText(
            title="Сделка заведена позже обращения",
            fix="Выясните, почему заявка ждала: кто дежурил, пришло ли уведомление. Пусть формы, "
            "звонки и чаты создают сделки сами.",
        ),
        en=RuleText(
            title="Deal created too late after the inquiry",
            fix="Find out why the inquiry waited: who was on duty, whether a notice came. Let "
            "forms, calls and chats create deals by themselves.",
        ),
    ),
    Rule(
        id="silent_entry_point",
        entity="entry_point_day",
        frame="quality.fct_entry_point_discipline",
        column="is_silent",
        expects=False,
        applies_when=("is_asked",),
        explains=("records", "usual_records"),
        severity="error",
        owner_role="administrator",
        requirements=("S10",),
        ru=RuleText(
            title="День без обращений там, где они всегда есть",
            fix="Проверьте форму, номер или чат: отправьте заявку сами, позвоните на номер. Если "
            "всё работает, проверьте, не выключен ли их учёт на сайте.",
        ),
        en=RuleText(
            title="A day without inquiries where there always are some",
            fix="Test the form, the number or the chat: send an inquiry yourself, call the number. "
            "If it works, check whether its tracking on the site was switched off.",
        ),
    ),
)
