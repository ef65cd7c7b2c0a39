"""``quality.headline_history``: the headline numbers of every day they were told.

What changed since the last report is read from here, because marts are restated by every run and
keep no memory of what a reader was told.
"""

from datetime import date

import duckdb

from expectations.storing import ensure_columns, has_table, transaction

TABLE = "quality.headline_history"
_COLUMNS = {
    "told_on": "date",
    "account_id": "bigint",
    "metric": "text",
    "key": "text",
    "value": "decimal(18, 2)",
    "n": "bigint",
    "currency": "text",
}
_LEDGER = """
    select account_id, '{metric}' as metric, bucket as key, sum(amount) as value, sum(rows) as n,
        currency
    from {relation} group by account_id, bucket, currency
"""
_SCORES = """
    select account_id, '{metric}' as metric, '' as key, {value} as value, {n} as n, currency
    from quality.discipline_scores where dimension = 'all' and scored_on = $day
"""
# what a number is read from, and the query; while a relation is absent its numbers are not told
_METRICS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("marts.rpt_payment_ledger",),
        _LEDGER.format(metric="money_bucket", relation="marts.rpt_payment_ledger"),
    ),
    (
        ("marts.rpt_spend_ledger",),
        _LEDGER.format(metric="spend_bucket", relation="marts.rpt_spend_ledger"),
    ),
    (
        ("marts.rpt_revenue_by_channel",),
        """
        select account_id, 'net_revenue' as metric, channel as key, sum(net_revenue) as value,
            sum(paying_deals) as n, currency
        from marts.rpt_revenue_by_channel where basis = 'cash_date'
        group by account_id, channel, currency
        """,
    ),
    (
        ("quality.discipline_scores",),
        _SCORES.format(metric="deals", value="owned_money", n="deals"),
    ),
    (
        ("quality.discipline_scores",),
        _SCORES.format(metric="score", value="100 * score", n="flagged_deals"),
    ),
    (
        ("quality.findings", "quality.rules", "quality.discipline_scores"),
        # a rule that finds nothing any more is news too, so it has its zero
        """
        with opened as (
            select account_id, rule_id, sum(coalesce(money_at_stake, 0)) as money,
                count(*) as findings, max(currency) as currency
            from quality.findings where resolved_at is null group by account_id, rule_id
        ),

        judged as (
            select accounts.account_id, rules.rule_id, accounts.currency
            from quality.rules
            cross join (
                select account_id, currency from quality.discipline_scores
                where dimension = 'all' and scored_on = $day
            ) as accounts
            where rules.is_run
        )

        select account_id, 'findings' as metric, rule_id as key, coalesce(money, 0) as value,
            coalesce(findings, 0) as n, coalesce(opened.currency, judged.currency) as currency
        from judged full join opened using (account_id, rule_id)
        """,
    ),
)
# marts among them: what has to be built before
MARTS = tuple(name for names, _ in _METRICS for name in names if name.startswith("marts."))


def write_history(con: duckdb.DuckDBPyConnection, day: date) -> int:
    """Write down the day's headline numbers; how many rows.

    Rows of the same day are replaced, those of other days stay. A number that nothing is known of
    (no bank, no spend) has no row, which is not the same as a zero. Scores, rules and findings of
    the run have to be written before.
    """
    with transaction(con):
        ensure_columns(con, TABLE, _COLUMNS)
        con.execute(f"delete from {TABLE} where told_on = ?", [day])  # noqa: S608
        for relations, query in _METRICS:
            if all(has_table(con, relation) for relation in relations):
                con.execute(
                    f"""
                    insert into {TABLE}
                    select $day, account_id, metric, key, value::decimal(18, 2), n, currency
                    from ({query}) where value is not null
                    order by account_id, metric, key
                    """,  # noqa: S608 - only constants of this module
                    {"day": day},
                )
        counted = con.execute(
            f"select count(*) from {TABLE} where told_on = ?",  # noqa: S608
            [day],
        ).fetchone()
    return int(counted[0]) if counted else 0
