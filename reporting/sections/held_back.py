"""Which figures of the page are of an earlier day."""

from collections import defaultdict
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import duckdb

from reporting.inputs import RuleText
from reporting.view.held import HeldBack
from reporting.view.kinds import Language

# What a reader calls a mart: Russian, English.
_TITLES: Mapping[str, tuple[str, str]] = {
    "marts.rpt_leads_by_source": ("лиды по источникам", "leads by source"),
    "marts.rpt_stage_conversion": ("воронка", "the funnel"),
    "marts.rpt_manager_credit": ("продажи по менеджерам", "sales by manager"),
    "marts.rpt_loss_reasons": ("причины отказа", "loss reasons"),
    "marts.rpt_loss_reason_shares": ("доли причин отказа", "shares of loss reasons"),
    "marts.rpt_revenue_by_channel": ("выручка по каналам", "revenue by channel"),
    "marts.rpt_payback_by_lead_cohort": ("окупаемость каналов", "payback of channels"),
    "marts.rpt_payback_curve": ("кривые окупаемости", "payback curves"),
    "marts.rpt_attribution": ("модели атрибуции", "models of attribution"),
    "marts.rpt_payment_ledger": ("оплаты по корзинам", "payments by bucket"),
    "marts.rpt_spend_ledger": ("расход по корзинам", "spend by bucket"),
}


def read(
    con: duckdb.DuckDBPyConnection,
    texts: Mapping[str, RuleText],
    language: Language,
    zone: ZoneInfo,
) -> tuple[HeldBack, ...]:
    """Reports of one day and one reason together, the oldest first; none where all are fresh."""
    try:
        rows = con.execute(
            """
            select relation, held_back_by, data_as_of from quality.publications
            where is_held_back and published_at is not null
            order by data_as_of nulls first, held_back_by, relation
            """
        ).fetchall()
    except duckdb.CatalogException:  # published by an earlier version
        return ()
    groups = defaultdict(list)
    for relation, by, as_of in rows:
        groups[by, as_of].append(_title(relation, language))
    return tuple(
        HeldBack(
            reports=tuple(reports),
            reasons=tuple(texts[id_].title if id_ in texts else id_ for id_ in by.split(", ")),
            data_as_of=None if as_of is None else as_of.astimezone(zone),
        )
        for (by, as_of), reports in groups.items()
    )


def _title(relation: str, language: Language) -> str:
    if relation not in _TITLES:
        return relation
    return _TITLES[relation][0 if language == "ru" else 1]
