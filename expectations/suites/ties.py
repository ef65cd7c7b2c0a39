"""Totals that reports must agree on: where they differ, the reports concerned are not published.

dbt's tests hold the rows of marts against each other by month, day or payment, and stop a run; here
are the whole sums that the owner reads, which no test of a single mart sees.
"""

from expectations.rule import Need, Rule, RuleText

_FRAME = "quality.fct_report_ties"
_FIX_RU = (
    "Это ошибка программы или прерванная загрузка, а не менеджеров. Запустите ежедневную загрузку "
    "ещё раз; если не помогло, обратитесь к техническому специалисту: какие итоги расходятся, "
    "видно в разделе «Сверка». До исправления в отчётах остаются прежние данные."
)
_FIX_EN = (
    "This is a fault of the program or of a broken load, not of the managers. Start the daily run "
    "once more; if it stays, turn to whoever looks after the machine: the section Reconciliation "
    "shows which totals differ. Until then the reports keep their earlier data."
)


def _blocker(
    name: str,
    title_ru: str,
    title_en: str,
    concerns: tuple[str, ...],
    needs: tuple[Need, ...],
) -> Rule:
    return Rule(
        id=f"{name}_untied",
        entity="tie",
        frame=_FRAME,
        column="is_tied",
        applies_when=(f"is_{name}",),
        explains=("left_name", "left_total", "right_name", "right_total"),
        severity="blocker",
        owner_role="administrator",
        ru=RuleText(title_ru, _FIX_RU),
        en=RuleText(title_en, _FIX_EN),
        needs=needs,
        requirements=("S29",),
        concerns=concerns,
    )


RULES = (
    _blocker(
        "leads",
        "Отчёты расходятся в числе лидов",
        "Reports differ in the number of leads",
        ("marts.rpt_leads_by_source", "marts.rpt_stage_conversion"),
        ("deals",),
    ),
    _blocker(
        "credit",
        "Продажи по менеджерам не равны выигранным сделкам",
        "Managers' sales differ from the won deals",
        ("marts.rpt_manager_credit",),
        ("deals",),
    ),
    _blocker(
        "losses",
        "Причины отказа не покрывают проигранные сделки",
        "Loss reasons do not cover the lost deals",
        ("marts.rpt_loss_reasons",),
        ("deals",),
    ),
    _blocker(
        "revenue",
        "Выручка в отчётах не равна оплатам клиентов",
        "Revenue of the reports differs from the payments",
        (
            *("marts.rpt_revenue_by_channel", "marts.rpt_payback_by_lead_cohort"),
            *("marts.rpt_attribution", "marts.rpt_payment_ledger"),
        ),
        ("money",),
    ),
    _blocker(
        "spend",
        "Расход в отчётах не равен расходу кабинетов",
        "Spend of the reports differs from the cabinets",
        (
            *("marts.rpt_revenue_by_channel", "marts.rpt_payback_by_lead_cohort"),
            "marts.rpt_spend_ledger",
        ),
        ("spend",),
    ),
)
