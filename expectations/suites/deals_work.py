"""Who works a deal: somebody answers for it, has planned the next step, and knows the client."""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_deal_discipline"

RULES = (
    Rule(
        id="deal_no_responsible",
        entity="deal",
        frame=_FRAME,
        column="has_responsible",
        explains=("status", "stage_name"),
        severity="error",
        owner_role="supervisor",
        requirements=("S19",),
        ru=RuleText(
            title="Сделка без ответственного",
            fix="Назначьте ответственного в карточке: пока его нет, сделкой никто не занимается.",
        ),
        en=RuleText(
            title="Deal without a responsible user",
            fix="Assign a responsible user in the deal: until then nobody works it.",
        ),
    ),
    Rule(
        id="responsible_dismissed",
        entity="deal",
        frame=_FRAME,
        column="is_responsible_dismissed",
        expects=False,
        applies_when=("is_open",),
        explains=("responsible_name", "stage_name", "created_on"),
        severity="error",
        owner_role="supervisor",
        requirements=("S19",),
        ru=RuleText(
            title="Открытая сделка у отключённого сотрудника",
            fix="Передайте сделку работающему менеджеру. Отключая сотрудника, сразу передавайте "
            "все его открытые сделки и задачи: фильтр по ответственному, затем «Изменить».",
        ),
        en=RuleText(
            title="Open deal of a user who has left",
            fix="Hand the deal over to an active manager. When a user leaves, hand over all of "
            "their open deals and tasks at once: filter by responsible user, then reassign.",
        ),
    ),
    Rule(
        id="responsible_is_service",
        entity="deal",
        frame=_FRAME,
        column="is_responsible_service",
        expects=False,
        applies_when=("is_open",),
        explains=("responsible_name", "stage_name", "created_on"),
        severity="warning",
        owner_role="supervisor",
        requirements=("S19",),
        ru=RuleText(
            title="Открытая сделка на служебном пользователе",
            fix="Передайте сделку менеджеру и настройте распределение заявок: интеграция не должна "
            "оставлять их на администраторе.",
        ),
        en=RuleText(
            title="Open deal of a service user",
            fix="Hand the deal over to a manager and set up how inquiries are shared out: an "
            "integration must not leave them with the administrator.",
        ),
    ),
    Rule(
        id="open_no_task",
        entity="deal",
        frame=_FRAME,
        column="is_without_task",
        expects=False,
        applies_when=("is_working",),
        explains=("open_tasks", "stage_name", "stage_entered_at"),
        severity="warning",
        owner_role="responsible",
        requirements=("S49", "S67"),
        ru=RuleText(
            title="Сделка в работе без задачи",
            fix="Поставьте задачу на следующий шаг с датой. Если шага нет, закройте сделку.",
        ),
        en=RuleText(
            title="Deal in work without a task",
            fix="Set a task with a date for the next step. If there is none, close the deal.",
        ),
    ),
    Rule(
        id="task_overdue",
        entity="deal",
        frame=_FRAME,
        column="is_task_overdue",
        expects=False,
        applies_when=("is_working",),
        explains=("open_tasks", "last_task_due_at", "stage_name"),
        severity="warning",
        owner_role="responsible",
        requirements=("S67",),
        ru=RuleText(
            title="Все задачи сделки просрочены",
            fix="Выполните задачу или закройте её с результатом и поставьте следующую с новой "
            "датой.",
        ),
        en=RuleText(
            title="All tasks of the deal are overdue",
            fix="Do the task, or close it with a result and set the next one with a new date.",
        ),
    ),
    Rule(
        id="task_postponed",
        entity="deal",
        frame=_FRAME,
        column="is_task_postponed",
        expects=False,
        applies_when=("is_open",),
        explains=("task_shifts", "task_delay_days", "last_task_due_at"),
        severity="warning",
        owner_role="supervisor",
        requirements=("S68",),
        ru=RuleText(
            title="Задачу по сделке раз за разом переносят",
            fix="Обсудите сделку с менеджером: что мешает сделать шаг. Если клиент отложил "
            "решение, поставьте дату, о которой договорились, а безнадёжную сделку закройте.",
        ),
        en=RuleText(
            title="Task of the deal is put off again and again",
            fix="Talk the deal over with the manager: what stands in the way. If the customer put "
            "the decision off, set the agreed date; close a deal without hope.",
        ),
    ),
    Rule(
        id="deal_no_contact",
        entity="deal",
        frame=_FRAME,
        column="is_without_contact",
        expects=False,
        explains=("status", "source_rule"),
        severity="warning",
        owner_role="responsible",
        requirements=("S41",),
        ru=RuleText(
            title="Сделка без контакта",
            fix="Добавьте в сделку контакт клиента с телефоном: без него не видно ни звонков, ни "
            "повторных обращений, ни оплат.",
        ),
        en=RuleText(
            title="Deal without a contact",
            fix="Add the customer's contact with a phone number: without it neither calls nor "
            "repeated inquiries nor payments can be seen.",
        ),
    ),
    Rule(
        id="deal_auto_named",
        entity="deal",
        frame=_FRAME,
        column="is_auto_named",
        expects=False,
        applies_when=("is_open",),
        explains=("deal_name",),
        severity="advice",
        owner_role="responsible",
        requirements=("S41",),
        ru=RuleText(
            title="Сделка с автоматическим названием",
            fix="Назовите сделку так, чтобы её узнал любой: что покупает клиент и где.",
        ),
        en=RuleText(
            title="Deal with an automatic name",
            fix="Name the deal so that anyone knows it: what the customer buys and where.",
        ),
    ),
    Rule(
        id="deal_duplicate",
        entity="deal",
        frame=_FRAME,
        column="is_duplicate",
        expects=False,
        applies_when=("is_open",),
        explains=("earlier_deal_id", "pipeline_name", "created_on"),
        severity="warning",
        owner_role="supervisor",
        requirements=("S81",),
        ru=RuleText(
            title="Две открытые сделки одного клиента в одной воронке",
            fix="Если это одна продажа, объедините сделки. Если разные, различите их названиями.",
        ),
        en=RuleText(
            title="Two open deals of one customer in one pipeline",
            fix="If it is one sale, merge the deals. If there are two, tell them apart by name.",
        ),
    ),
    Rule(
        id="repeat_as_new_deal",
        entity="deal",
        frame=_FRAME,
        column="is_repeat_as_new_deal",
        expects=False,
        explains=("inquiry_class", "created_on"),
        severity="advice",
        owner_role="supervisor",
        requirements=("S81",),
        ru=RuleText(
            title="Повторное обращение заведено новой сделкой",
            fix="Продолжайте прежнюю сделку клиента: если она закрыта недавно, верните её в "
            "работу. Включите контроль дублей в настройках приёма заявок.",
        ),
        en=RuleText(
            title="Repeated inquiry was entered as a new deal",
            fix="Go on with the customer's earlier deal: reopen it if it was closed recently. Turn "
            "on duplicate control where inquiries come in.",
        ),
    ),
)
