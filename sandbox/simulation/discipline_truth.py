"""What a strict and fair reader would find fault with: the breaches of every rule, as tables.

By the definitions of ``docs/quality.md`` over everything that can be known, planted or not.
"""

from typing import Any

import pyarrow as pa

from sandbox.model import Company
from sandbox.simulation.discipline_deals import deal_defects
from sandbox.simulation.discipline_other import other_defects

Rows = list[dict[str, Any]]

TABLES: dict[str, pa.Schema] = {
    "defects": pa.schema(
        [
            ("rule_id", pa.string()),
            ("entity_type", pa.string()),
            ("entity_id", pa.string()),
            ("deal_id", pa.int64()),
        ]
    ),
    "defect_rules": pa.schema([("rule_id", pa.string()), ("entity_type", pa.string())]),
    "defect_doubts": pa.schema([("rule_id", pa.string()), ("entity_id", pa.string())]),
}


def truth(company: Company, feeds: set[str], sources: Rows) -> dict[str, pa.Table]:
    """Tables ``defects``, ``defect_rules`` and ``defect_doubts``, given the feeds that are on.

    ``sources`` are the rows of the truth table ``deal_sources`` for the same feeds.
    """
    defects: Rows = []
    doubts: Rows = []
    rules: Rows = []
    for rows, doubtful, spoken_of in (
        deal_defects(company, feeds),
        other_defects(company, feeds, sources),
    ):
        defects += rows
        doubts += doubtful
        rules += [{"rule_id": rule, "entity_type": entity} for rule, entity in spoken_of]
    known = {rule["rule_id"] for rule in rules}
    strays = {row["rule_id"] for row in (*defects, *doubts)} - known
    if strays or len(known) < len(rules):
        raise ValueError(f"rules told of twice, or breached and never told of: {sorted(strays)}")
    told = {"defects": defects, "defect_rules": rules, "defect_doubts": doubts}
    return {name: pa.Table.from_pylist(told[name], schema=TABLES[name]) for name in TABLES}
