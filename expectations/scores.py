"""``quality.discipline_scores``: how much of the money at stake lies in deals kept as agreed.

A score is 1 − flagged / owned, by money: a hundred small tidy deals cannot outweigh one big deal
that is kept badly, and a deal cut into parts weighs as much as before.
"""

from datetime import date

import duckdb

from expectations.storing import ensure_columns, has_table, transaction

TABLE = "quality.discipline_scores"
NOBODY = "—"  # the key of deals that belong to no manager, pipeline or channel
_FRAME = "quality.fct_deal_discipline"
_COLUMNS = {
    "scored_on": "date",
    "account_id": "bigint",
    "dimension": "text",
    "dimension_key": "text",
    "dimension_title": "text",
    "deals": "bigint",
    "flagged_deals": "bigint",
    "owned_money": "decimal(18, 2)",
    "flagged_money": "decimal(18, 2)",
    "score": "double",
    "currency": "text",
}
# dimension, its key and its title, over a row of the frame
_DIMENSIONS = {
    "all": ("''", "''"),
    "manager": ("responsible_then_user_id::text", "manager_name"),
    "pipeline": ("pipeline_id::text", "pipeline_name"),
    "channel": ("channel", "channel"),
}


def write_scores(con: duckdb.DuckDBPyConnection, day: date) -> int:
    """Write the day's scores, from the deals and the findings as they are; how many rows.

    Rows of the same day are replaced, those of other days stay: they are the trend. A deal is
    flagged once, with its own money, however many open findings of severity blocker, error or
    warning it or its fields have; advice flags nothing. A score without money to weigh is NULL.
    """
    with transaction(con):
        ensure_columns(con, TABLE, _COLUMNS)
        con.execute(f"delete from {TABLE} where scored_on = ?", [day])  # noqa: S608
        if not has_table(con, _FRAME):
            return 0
        written = con.execute(
            f"""
            insert into {TABLE} by name
            with flagged as (
                select distinct account_id, deal_id from quality.findings
                where resolved_at is null and entity_type in ('deal', 'deal_field')
                    and severity in ('blocker', 'error', 'warning')
            ),

            managers as (
                select account_id, responsible_user_id, max(responsible_name) as manager_name
                from {_FRAME} group by all
            ),

            deals as (
                select
                    deals.*, managers.manager_name, flagged.deal_id is not null as is_flagged
                from {_FRAME} as deals
                left join flagged using (account_id, deal_id)
                left join managers
                    on deals.account_id = managers.account_id
                        and deals.responsible_then_user_id = managers.responsible_user_id
            ),

            scores as ({" union all ".join(_score(name) for name in _DIMENSIONS)})

            select
                ?::date as scored_on, *,
                1 - flagged_money::double / nullif(owned_money, 0)::double as score
            from scores
            order by account_id, dimension, dimension_key
            """,  # noqa: S608 - only constants of this module
            [day],
        ).fetchone()
    return int(written[0]) if written else 0


def _score(dimension: str) -> str:
    key, title = _DIMENSIONS[dimension]
    return f"""
        select
            account_id, '{dimension}' as dimension, coalesce({key}, '{NOBODY}') as dimension_key,
            coalesce(max({title}), '{NOBODY}') as dimension_title,
            count(*) as deals,
            count(*) filter (is_flagged) as flagged_deals,
            sum(money_at_stake)::decimal(18, 2) as owned_money,
            coalesce(sum(money_at_stake) filter (is_flagged), 0)::decimal(18, 2) as flagged_money,
            max(currency) as currency
        from deals
        group by account_id, {key}
    """  # noqa: S608
