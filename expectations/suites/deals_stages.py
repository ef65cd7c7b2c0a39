"""Whether the stage tells the truth: deals that hang, jump, or are closed without a reason."""

from expectations.rule import Rule, RuleText

_FRAME = "quality.fct_deal_discipline"
_STAY = ("stage_name", "stay_hours", "limit_hours", "waiting_on")

RULES = (
    Rule(
        id="stuck_waiting_client",
        entity="deal",
        frame=_FRAME,
        column="is_stuck_waiting_client",
        expects=False,
        applies_when=("is_working",),
        explains=_STAY,
        severity="warning",
        owner_role="supervisor",
        requirements=("S51", "S57"),
        ru=RuleText(
            title="Сделка дольше срока на этапе: ждут клиента",
            fix="Посмотрите переписку: если клиент молчит, дайте ему последний срок и закройте "
            "сделку; если ждём мы, переведите её дальше.",
        ),
        en=RuleText(
            title="Deal past its term, waiting for the customer",
            fix="Read the correspondence: if the customer is silent, set a last date and close the "
            "deal; if it is us who are waited for, move it on.",
        ),
    ),
    Rule(
        id="stuck_over_norm",
        entity="deal",
        frame=_FRAME,
        column="is_stuck_over_norm",
        expects=False,
        applies_when=("is_working",),
        explains=("stage_name", "stay_hours", "waiting_on"),
        severity="warning",
        owner_role="supervisor",
        requirements=("S11",),
        ru=RuleText(
            title="Сделка стоит на этапе дольше, чем девять из десяти",
            fix="Разберите сделку с менеджером: перевести дальше, поставить задачу или закрыть. "
            "Задайте срок этапа в справочнике «stage_standards».",
        ),
        en=RuleText(
            title="Deal longer in its stage than nine in ten",
            fix="Go through the deal with the manager: move it on, set a task or close it. Give "
            "the stage a term in stage_standards.",
        ),
    ),
    Rule(
        id="no_next_step",
        entity="deal",
        frame=_FRAME,
        column="is_without_next_step",
        expects=False,
        applies_when=("is_working",),
        explains=("stage_name", "stay_hours", "open_tasks"),
        severity="warning",
        owner_role="responsible",
        requirements=("S56",),
        ru=RuleText(
            title="На этапе без срока нет задачи на будущее",
            fix="Такой этап держится на задаче: поставьте следующий шаг с датой, о которой "
            "договорились с клиентом.",
        ),
        en=RuleText(
            title="No task ahead in a stage without a term",
            fix="A task is all that keeps such a stage going: set the next step with the date "
            "agreed with the customer.",
        ),
    ),
    Rule(
        id="should_be_closed",
        entity="deal",
        frame=_FRAME,
        column="should_be_closed",
        expects=False,
        applies_when=("is_working",),
        explains=("stage_name", "stay_hours", "waiting_on", "open_tasks"),
        severity="warning",
        owner_role="responsible",
        requirements=("S51",),
        ru=RuleText(
            title="Срок вышел, сделкой никто не занимается: пора закрыть",
            fix="Свяжитесь с клиентом в последний раз и закройте сделку с причиной отказа. Если он "
            "ещё покупает, поставьте задачу с датой.",
        ),
        en=RuleText(
            title="Past its term and nobody works it: close it",
            fix="Contact the customer one last time and close the deal with a reason. If they "
            "still mean to buy, set a task with a date.",
        ),
    ),
    Rule(
        id="sla_breach",
        entity="deal",
        frame=_FRAME,
        column="is_sla_breach",
        expects=False,
        applies_when=("is_open",),
        explains=_STAY,
        severity="error",
        owner_role="responsible",
        requirements=("S56", "S75"),
        ru=RuleText(
            title="Мы не уложились в срок этапа",
            fix="Клиент ждёт нас: сделайте шаг этого этапа сегодня и переведите сделку дальше.",
        ),
        en=RuleText(
            title="We are past the term of the stage",
            fix="The customer waits for us: do this stage's step today and move the deal on.",
        ),
    ),
    Rule(
        id="sla_warning",
        entity="deal",
        frame=_FRAME,
        column="is_sla_warning",
        expects=False,
        applies_when=("is_open",),
        explains=_STAY,
        severity="advice",
        owner_role="responsible",
        requirements=("S75",),
        ru=RuleText(
            title="Срок этапа почти вышел",
            fix="Успейте сделать шаг этого этапа: осталось меньше пятой части срока.",
        ),
        en=RuleText(
            title="The term of the stage is almost over",
            fix="Do this stage's step in time: less than a fifth of the term is left.",
        ),
    ),
    Rule(
        id="sloppy_jump",
        entity="deal",
        frame=_FRAME,
        column="is_sloppy_jump",
        expects=False,
        explains=("sloppy_moved_at", "stage_name"),
        severity="warning",
        owner_role="responsible",
        requirements=("S53",),
        ru=RuleText(
            title="Сделку протащили через этапы задним числом",
            fix="Двигайте сделку в день, когда этап пройден, а не перед отчётом: иначе сроки и "
            "конверсия этапов неверны.",
        ),
        en=RuleText(
            title="Deal was dragged through stages afterwards",
            fix="Move the deal on the day a stage is done, not before a report: otherwise terms "
            "and conversion of stages are wrong.",
        ),
    ),
    Rule(
        id="won_in_one_jump",
        entity="deal",
        frame=_FRAME,
        column="is_won_in_one_jump",
        expects=False,
        applies_when=("is_won",),
        explains=("created_on", "closed_on", "price"),
        severity="advice",
        owner_role="responsible",
        requirements=("S2", "S11"),
        ru=RuleText(
            title="Сделка выиграна одним переводом, минуя этапы",
            fix="Ведите сделку по этапам с первого дня. Если продажа и правда мгновенная, заведите "
            "для таких короткую воронку.",
        ),
        en=RuleText(
            title="Deal won in one jump, past all stages",
            fix="Keep the deal's stages from the first day on. If such sales really are instant, "
            "give them a short pipeline of their own.",
        ),
    ),
    Rule(
        id="won_without_work",
        entity="deal",
        frame=_FRAME,
        column="is_won_without_work",
        expects=False,
        applies_when=("is_won",),
        explains=("created_on", "closed_on", "price"),
        severity="advice",
        owner_role="responsible",
        requirements=("S2",),
        ru=RuleText(
            title="Сделка выиграна без звонков, писем и встреч",
            fix="Ведите переговоры через CRM: подключите телефонию, почту и мессенджеры, а встречи "
            "и документы отмечайте в карточке.",
        ),
        en=RuleText(
            title="Deal won without a call, a letter or a meeting",
            fix="Talk to customers through the CRM: connect telephony, mail and messengers, and "
            "record meetings and documents in the deal.",
        ),
    ),
    Rule(
        id="stage_unlisted",
        entity="deal",
        frame=_FRAME,
        column="is_stage_unlisted",
        expects=False,
        applies_when=("is_open",),
        explains=("pipeline_name", "stage_name"),
        severity="error",
        owner_role="administrator",
        requirements=("S18",),
        ru=RuleText(
            title="Открытая сделка на удалённом этапе",
            fix="Переведите сделку на действующий этап: на удалённом её не видно в воронке.",
        ),
        en=RuleText(
            title="Open deal in a deleted stage",
            fix="Move the deal to a present stage: in a deleted one the pipeline does not show it.",
        ),
    ),
    Rule(
        id="first_stage_busy",
        entity="deal",
        frame=_FRAME,
        column="is_first_stage_busy",
        expects=False,
        applies_when=("is_working",),
        explains=("stage_name", "stage_contacts", "stage_entered_at"),
        severity="warning",
        owner_role="responsible",
        requirements=("S26",),
        ru=RuleText(
            title="С клиентом давно говорят, а сделка на первом этапе",
            fix="Переведите сделку на этап, где она на самом деле: разговоров уже несколько.",
        ),
        en=RuleText(
            title="Talks go on and the deal is in the first stage",
            fix="Move the deal to the stage it really is in: there were several talks already.",
        ),
    ),
    Rule(
        id="deal_misrouted",
        entity="deal",
        frame=_FRAME,
        column="is_misrouted",
        expects=False,
        explains=("first_pipeline_name", "right_pipeline_name", "source_raw", "channel"),
        severity="warning",
        owner_role="administrator",
        requirements=("S80",),
        ru=RuleText(
            title="Новая сделка создана не в той воронке",
            fix="Исправьте воронку в настройках источника или интеграции, а сделку переведите. "
            "Правила, кому куда, в справочнике «routing_rules».",
        ),
        en=RuleText(
            title="New deal was created in the wrong pipeline",
            fix="Correct the pipeline in the settings of the source or the integration, and move "
            "the deal. What belongs where is told by routing_rules.",
        ),
    ),
)
