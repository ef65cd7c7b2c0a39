"""Deals by how many of the four fields they have: source, stage, responsible, money."""

from collections import defaultdict
from collections.abc import Mapping

import duckdb

from reporting.ratio import Ratio
from reporting.sections.discipline.tables import columns, selected
from reporting.view.scores import FieldsRow, FourFields

_NOBODY = ("__none__", "—")
_TITLE = {"dimension_title": "text"}
_ROWS = """
select
    dimension, dimension_key, {title}, deals, deals_0, deals_1, deals_2, deals_3, deals_4, score,
    coalesce(money, 0), weighted_score
from quality.rpt_four_fields
where
    dimension in ('all', 'channel', 'manager')
    and coalesce(currency, getvariable('company_currency')) = getvariable('company_currency')
order by deals desc, dimension_key
"""


def read(
    con: duckdb.DuckDBPyConnection, channels: Mapping[str, str], managers: Mapping[str, str]
) -> FourFields:
    """``channels`` and ``managers`` are titles by key, where the mart has none."""
    present = columns(con, "rpt_four_fields")
    if not present:
        return FourFields()
    statement = _ROWS.format(title=selected(present, _TITLE))
    if "currency" not in present:
        statement = statement.replace("coalesce(currency, ", "coalesce(null, ")
    rows: dict[str, list[FieldsRow]] = defaultdict(list)
    for dimension, key, title, deals, *rest in con.execute(statement).fetchall():
        *having, score, money, weighted = rest
        known = {"channel": channels, "manager": managers}.get(dimension, {})
        name = "—" if key in _NOBODY else known.get(key, title or key)
        rows[dimension].append(
            FieldsRow(
                name,
                deals,
                tuple(having),
                Ratio.known(score, "no_deals_here"),
                money,
                Ratio.known(weighted, "no_owned"),
            )
        )
    total = next(iter(rows["all"]), None)
    return FourFields(total, tuple(rows["channel"]), tuple(rows["manager"]))
