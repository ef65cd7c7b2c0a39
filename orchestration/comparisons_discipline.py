"""How findings compare with the breaches that a simulated company's truth tells of.

Both sides are read as rule and entity. Where the two sides number things differently, the finding's
entity is put into words that both can know, by the mart it came from.
"""

from dataclasses import dataclass

import duckdb

# How a finding's entity is called in the truth; no row: the truth cannot know of it.
_MOMENT = "'%Y-%m-%dT%H:%M:%SZ'"
_NAMED = {
    # only of the accounts whose statements the truth has
    "payment": """
        select f.rule_id, p.own_account || '/' || p.booked_on || '/' || p.document_number
        from open_findings as f
        join marts.fct_payments as p on f.entity_id = p.payment_id::varchar
        where f.entity_type = 'payment'
          and p.own_account in (select own_account from truth_payments)""",
    "inquiry": f"""
        select f.rule_id,
               i.source || '/' || i.kind || '/' || i.direction || '/'
                   || strftime(i.occurred_at::timestamp, {_MOMENT}) || '/'
                   || case when i.kind = 'chat' then '' else coalesce(ltrim(i.phone, '+'), '') end
        from open_findings as f
        join marts.fct_inquiries as i on f.entity_id = i.inquiry_id
        where f.entity_type = 'inquiry'""",  # noqa: S608
    "mass_change": f"""
        select f.rule_id,
               c.kind || '/' || c.actor_user_id || '/'
                   || strftime(c.started_at::timestamp, {_MOMENT})
        from open_findings as f
        join marts.fct_mass_changes as c on f.entity_id = c.mass_change_id::varchar
        where f.entity_type = 'mass_change'""",  # noqa: S608
}
_REST = f"""
    select rule_id, entity_id from open_findings
    where entity_type not in ({", ".join(f"'{entity}'" for entity in _NAMED)})"""  # noqa: S608


@dataclass(frozen=True)
class RuleScore:
    """What the truth has of one rule, and how much of it was found; ``is_told`` by the truth."""

    rule_id: str
    planted: int
    found: int
    invented: int
    is_told: bool


def rule_scores(connection: duckdb.DuckDBPyConnection, known: set[str]) -> list[RuleScore]:
    """One score a rule: those that the truth speaks of, and those that it ought to speak of.

    Rules that keep marts back are our own faults, of which no company's truth can tell. Doubtful
    entities count on neither side.
    """
    _open_findings(connection, known)
    rows = connection.execute(
        """
        with planted as (
            select rule_id, entity_id, count(*) as n from truth_defects
            where (rule_id, entity_id) not in (from doubts) group by all
        ), found as (
            select rule_id, entity_id, count(*) as n from named_findings
            where (rule_id, entity_id) not in (from doubts) group by all
        ), compared as (
            select
                coalesce(planted.rule_id, found.rule_id) as rule_id,
                coalesce(planted.n, 0) as planted,
                coalesce(found.n, 0) as found
            from planted full join found using (rule_id, entity_id)
        )
        select
            rules.rule_id,
            coalesce(sum(compared.planted), 0)::bigint,
            coalesce(sum(least(compared.planted, compared.found)), 0)::bigint,
            coalesce(sum(greatest(compared.found - compared.planted, 0)), 0)::bigint,
            rules.is_told
        from rules left join compared using (rule_id)
        group by rules.rule_id, rules.is_told
        order by rules.rule_id
        """
    ).fetchall()
    return [RuleScore(*row) for row in rows]


def _open_findings(connection: duckdb.DuckDBPyConnection, known: set[str]) -> None:
    """Views and tables of both sides: ``named_findings``, ``doubts`` and ``rules``."""
    connection.execute(
        "create or replace temp view open_findings as"
        " select * from quality.findings where resolved_at is null"
    )
    marts = {name for (name,) in connection.execute(_TABLES.format("marts")).fetchall()}
    parts = [
        sql
        for entity, sql in _NAMED.items()
        if _MART[entity] in marts and (entity != "payment" or "payments" in known)
    ]
    connection.execute(
        "create or replace temp table named_findings (rule_id varchar, entity_id varchar)"
    )
    connection.execute(f"insert into named_findings {' union all '.join([_REST, *parts])}")
    told = (
        "select rule_id from truth_defect_rules"
        if "defect_rules" in known
        else "select distinct rule_id from truth_defects"
    )
    doubts = "truth_defect_doubts" if "defect_doubts" in known else "(select '' as r, '' as e)"
    connection.execute(f"create or replace temp view doubts as select * from {doubts}")  # noqa: S608
    rules = f"""
        create or replace temp table rules as
        select rule_id, true as is_told from ({told})
        union all
        select rule_id, false from ({_owed(connection)}) where rule_id not in ({told})
    """  # noqa: S608
    connection.execute(rules)


def _owed(connection: duckdb.DuckDBPyConnection) -> str:
    """Rules of which the truth has to speak: all of them, once every feed is on."""
    quality = {name for (name,) in connection.execute(_TABLES.format("quality")).fetchall()}
    if not {"rules", "feeds"} <= quality:
        return "select null::varchar as rule_id where false"
    return """select rule_id from quality.rules
              where severity <> 'blocker' and not exists (
                  from quality.feeds where status = 'off' and source <> 'files')"""


_MART = {"payment": "fct_payments", "inquiry": "fct_inquiries", "mass_change": "fct_mass_changes"}
_TABLES = "select table_name from information_schema.tables where table_schema = '{}'"
